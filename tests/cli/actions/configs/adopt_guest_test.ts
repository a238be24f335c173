/** `adopt --guest`: what an instance tells gets into a cloud-config file, and `--mark` notes it as applied. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { missing } from "../../../../lib/base/missing.ts";
import { RECORD_MARK } from "../../../../lib/plan/record/record.ts";
import type { Looked } from "../../../../lib/ports/peek.ts";
import { run } from "../../../fakes/memory_app.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { noControls, recorder } from "../../../fakes/recorder.ts";
import { pathsOf } from "../../../support/started.ts";
import { worldOf } from "../../../plan/world_spec.ts";

const TOLD: Looked = {
  text: [
    "release\tID=debian",
    "manager\tdpkg-query",
    "looked\tapt",
    "package\tnginx",
    "user\tann:x:1001:1001:Ann:/home/ann:/bin/sh",
    "group\tann:x:1001:",
    "group\tteam:x:1500:ann",
    "folder\t755\troot\troot\t/etc",
    "file\t644\troot\troot\t4\tregular file\t/etc/app.conf",
    "file\t600\troot\troot\t4\tregular file\t/etc/only-root.conf",
    `content\t0\t${btoa("x=1\n")}`,
    "seen\t9",
    "total\t2",
    "odd\t0",
    "lxops end",
    "",
  ].join("\n"),
};

async function adopt(
  args: readonly string[],
  { looked = TOLD, status = "Running", files = {} }: {
    readonly looked?: Looked;
    readonly status?: string;
    readonly files?: Readonly<Record<string, string>>;
  } = {},
) {
  const world = {
    ...worldOf({
      images: [{ aliases: ["base"], fingerprint: "f".repeat(64) }],
      instances: [{ name: "web", status, config: { "volatile.base_image": "f".repeat(64) } }],
    }),
    paths: new Map(Object.entries(pathsOf(files))),
  };
  const server = memoryServer(world, { looked });
  const recorded = recorder(server);
  const outcome = await run(["adopt", ...args, "web"], {
    world,
    files,
    server,
    controls: () => recorded,
    random: () => "0a0b0c",
  });
  const texts = Object.fromEntries(
    recorded.effects.map((one) => one.kind === "write" ? [one.path, one.text] : ["", ""]),
  );
  const sent = recorded.effects.flatMap((one) =>
    one.kind === "send" ? [(one.body as { config?: Record<string, string> }).config ?? {}] : []
  );
  const looks = server.questions.filter((one) => one.startsWith("look"));
  return { ...outcome, texts, sent, looks };
}

Deno.test("adopt looks into an instance only with --guest, and then by two programs", async () => {
  const plain = await adopt([]);
  assertEquals([plain.code, plain.looks.length], [0, 0], plain.stderr);
  const { code, stdout, stderr, texts, sent, looks } = await adopt(["--guest"]);
  assertEquals([code, looks.length, sent], [0, 2, []], stderr);
  assertStringIncludes(stdout, "1 package, 1 user, 1 file; 1 file that it does not have is only named in it");
  assertStringIncludes(stdout, "items as new until they are noted (--mark) or applied (up)");
  const text = texts["/c/web/cloud-config/main.cfg"]!;
  for (const part of ["  - nginx", "  - name: ann", "  - path: /etc/app.conf", "# - /etc/only-root.conf: "]) {
    assertStringIncludes(text, part);
  }
  assertStringIncludes(texts["/c/web/cloud-config/groups.cfg"]!, "groupadd -g 1500 team");
  assertStringIncludes(texts["/c/web/lxops.yaml"]!, "\nostype: debian\n");
});

Deno.test("adopt --guest --mark records what it found, and keeps the secret that hashes are made with", async () => {
  const looked = {
    text: TOLD.text!.replace("file\t644", "file\t440").replace("/etc/app.conf", "/etc/sudoers.d/x"),
  };
  const { code, stderr, sent, texts } = await adopt(["--guest", "--mark"], { looked });
  assertEquals(code, 0, stderr);
  const record = JSON.parse(sent.flatMap((config) => config[RECORD_MARK] ?? []).at(-1)!);
  assertEquals(record.items.filter((one: string) => one.startsWith("k")).length, 1, JSON.stringify(record));
  assert(Object.keys(texts).some((path) => path.endsWith("/record.key")), Object.keys(texts).join());
});

Deno.test("adopt --guest --json tells the numbers", async () => {
  const { stdout } = await adopt(["--guest", "--json"]);
  assertEquals(JSON.parse(stdout).made, {
    file: "web/cloud-config/main.cfg",
    ...{ packages: 1, users: 1, units: 0, files: 1, named: 1 },
  });
});

Deno.test("adopt --guest writes nothing where the instance does not tell, or files are in its way", async () => {
  for (
    const [more, part] of [
      [{ looked: { problem: "it has no shell" } }, 'Cannot look into instance "web": it has no shell'],
      [{ looked: { text: "seen\t1\n" } }, "did not tell what was made in it"],
      [{ status: "Stopped" }, "it does not run"],
      [{ files: { "/c/web/cloud-config/own.cfg": "#cloud-config\n" } }, "web/cloud-config exists already"],
    ] as const
  ) {
    const { code, stderr, texts, sent } = await adopt(["--guest", "--mark"], more);
    assert(code === 9 || code === 8, `${code} ${stderr}`);
    assertStringIncludes(stderr, part);
    assertEquals([texts, sent], [{}, []]);
  }
});

Deno.test("adopt and init refuse the root directory, and names with control characters", async () => {
  for (const path of ["/", "//", "/..", "a\nb", "a\tb"]) {
    const { code, stderr, texts } = await adopt(["-o", path]);
    assertEquals([code, texts], [2, {}], stderr);
    const { code: other } = await run(["init", path], { world: worldOf({}), controls: noControls });
    assertEquals(other, 2);
  }
  assertEquals(missing("instance", "x\ny").message, 'There is no instance "x\\x0ay"');
});
