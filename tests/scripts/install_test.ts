/** `scripts/install.sh` where downloads fail, and `scripts/uninstall.sh`, with programs that only pretend. */
import { assertEquals, assertStringIncludes } from "@std/assert";

const SCRIPTS = new URL("../../scripts/", import.meta.url).pathname;

/** Programs that pretend. */
const PROGRAMS: Readonly<Record<string, string>> = {
  deno: "echo 'deno 1.0.0'",
  sudo: 'while [ "$1" = -n ]; do shift; done; exec "$@"',
  npm: `cat >&2 <<'END'
npm error code SELF_SIGNED_CERT_IN_CHAIN
npm error errno SELF_SIGNED_CERT_IN_CHAIN
npm error request to https://registry.example/deno failed, reason: self-signed certificate in certificate chain
npm error A complete log of this run can be found in: /root/.npm/_logs/x.log
END
exit 1`,
  curl: "echo 'curl: (6) Could not resolve host: deno.land' >&2; exit 6",
  unzip: "exit 0",
  "apt-get": 'echo "$@" >>"$HOME/apt-get"',
  "dpkg-query": 'case "$*" in *gone) exit 1 ;; *) printf installed ;; esac',
};

/** Runs the script with these programs before all others. */
async function run(
  test: (
    dir: string,
    install: (what: string, env?: Record<string, string>) => Promise<Deno.CommandOutput>,
  ) => Promise<void>,
): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "lxops-install-" });
  try {
    await Deno.mkdir(`${dir}/bin`);
    for (const [name, text] of Object.entries(PROGRAMS)) {
      await Deno.writeTextFile(`${dir}/bin/${name}`, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    }
    await test(
      dir,
      (what, env = {}) =>
        new Deno.Command(`${SCRIPTS}${what === "deno" ? "install.sh" : "uninstall.sh"}`, {
          args: [what],
          clearEnv: true,
          env: {
            HOME: dir,
            PATH: `${dir}/bin:/usr/bin:/bin`,
            LXOPS_INSTALL_NOTES: `${dir}/notes`,
            LXOPS_INCUS_DIR: `${dir}/incus`,
            ...env,
          },
        }).output(),
    );
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("install.sh says at once why npm cannot download, and at the end why nothing could", async () => {
  await run(async (dir, install) => {
    const { code, stderr } = await install("deno");
    const why =
      "request to https://registry.example/deno failed, reason: self-signed certificate in certificate chain";
    const lines = text(stderr).trim().split("\n").map((line) => line.replaceAll(dir, "HOME"));
    assertEquals(code, 1);
    assertEquals(lines.slice(0, 4), [
      "install: installing deno 2.9.6 with npm in HOME/.cache/lxops/deno",
      `install: npm cannot download deno: ${why}`,
      "install: where a proxy of your network has a certificate of its own: export NODE_EXTRA_CA_CERTS=FILE",
      "install: installing deno 2.9.6 with its own installer in HOME/.cache/lxops/deno",
    ]);
    assertStringIncludes(lines.at(-1)!, `npm: ${why}; Deno's installer: curl: (6) Could not resolve host`);
    // npm is installed, so nothing installs it.
    assertEquals(await Deno.stat(`${dir}/apt-get`).catch(() => "none"), "none");
  });
});

Deno.test("uninstall.sh lists packages that install.sh has installed for the quickstart, and removes no others", async () => {
  await run(async (dir, install) => {
    const deno = `${dir}/.cache/lxops/deno`;
    await Deno.mkdir(`${dir}/notes`);
    await Deno.mkdir(deno, { recursive: true });
    await Deno.writeTextFile(`${deno}/quickstart`, "");
    await Deno.writeTextFile(`${dir}/list`, "");
    const notes = `package incus-base\npackage gone\nfile ${dir}/list\n`;
    await Deno.writeTextFile(`${dir}/notes/quickstart`, notes);
    assertEquals(
      text((await install("list")).stdout),
      `package incus-base\nfile ${dir}/list\ndirectory ${deno}\n`,
    );
    await Deno.mkdir(`${dir}/incus/database`, { recursive: true });
    const kept = await install("remove");
    assertEquals(text(kept.stderr), "uninstall: Incus of this machine is in use: its packages stay\n");
    assertEquals(await Deno.stat(`${dir}/apt-get`).catch(() => "none"), "none");
    await Deno.remove(`${dir}/incus`, { recursive: true });
    assertEquals((await install("remove")).code, 0);
    assertStringIncludes(await Deno.readTextFile(`${dir}/apt-get`), "purge incus-base\n");
    assertEquals(text((await install("list")).stdout), "");
    assertEquals([...Deno.readDirSync(dir)].map(({ name }) => name).toSorted(), [".cache", "apt-get", "bin"]);
    assertEquals((await install("remove")).code, 0);
  });
});

/** The directory of a quickstart; a machine that has run one has that. */
const MADE = "/var/lib/lxops-quickstart";

Deno.test({
  name: "quickstart --clean needs no Deno where nothing was launched, as where Deno could not be installed",
  ignore: await Deno.stat(MADE).then(() => true, () => false),
  fn: async () => {
    await run(async (dir) => {
      const clean = async (...args: readonly string[]) => {
        const { code, stdout, stderr } = await new Deno.Command(`${SCRIPTS}quickstart`, {
          args: ["--clean", ...args],
          clearEnv: true,
          env: {
            HOME: dir,
            PATH: `${dir}/bin:/usr/bin:/bin`,
            LXOPS_INSTALL_NOTES: `${dir}/notes`,
            LXOPS_INCUS_DIR: dir,
          },
        }).output();
        assertEquals(code, 0, text(stderr));
        return text(stdout);
      };
      await Deno.mkdir(`${dir}/notes`);
      await Deno.writeTextFile(`${dir}/notes/quickstart`, "package incus-base\n");
      assertEquals(
        await clean(),
        "It has made nothing. What it has installed stays:\n  package incus-base\n" +
          "To remove that, too: ./scripts/quickstart --clean --all\n",
      );
      assertEquals(await clean("--all"), "Everything is removed: nothing of the quickstart is left.\n");
      assertStringIncludes(await Deno.readTextFile(`${dir}/apt-get`), "purge incus-base\n");
    });
  },
});
