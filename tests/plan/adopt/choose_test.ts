/** Files of an instance that get into its configuration, and those that never do. */
import { assertEquals } from "@std/assert";
import { chosenFiles as chosenOf, MOST, withContents } from "../../../lib/plan/adopt/choose.ts";
import type { FoundFile } from "../../../lib/plan/adopt/found.ts";

const file = (path: string, more: Partial<FoundFile> = {}): FoundFile => ({
  path,
  mode: "644",
  user: "root",
  group: "root",
  bytes: 5,
  ...more,
});

/** Chooses with directories that everybody may enter, except for the given ones. */
function chosenFiles({ files }: { readonly files: readonly FoundFile[] }, closed: readonly string[] = []) {
  const above = files.flatMap(({ path }) => path.split("/").map((_, at, all) => all.slice(0, at).join("/")));
  const folders = [...new Set(above)].map((path) => ({
    path,
    mode: closed.includes(path) ? "700" : "755",
    user: "root",
    group: "root",
  }));
  return chosenOf({ files, folders });
}

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("chosenFiles() never asks for files whose path or mode says that they are secret", () => {
  const secret = [
    "/root/.ssh/id_rsa",
    "/home/ann/.ssh/work",
    "/etc/ssl/private/web.pem",
    "/etc/nginx/web.key",
    "/etc/wireguard/wg0.conf",
    "/root/.aws/credentials",
    "/home/ann/.netrc",
    "/opt/app/.env",
    "/opt/app/.env.production",
    "/opt/app/secrets.yaml",
    "/opt/app/db-password",
    "/etc/app/api_token.txt",
    "/etc/shadow.bak",
    "/etc/NetworkManager/system-connections/home.nmconnection",
    "/home/ann/.gnupg/pubring.kbx",
    "/etc/apt/auth.conf.d/internal.conf",
    "/etc/rabbitmq/.erlang.cookie",
    "/home/ann/.bash_history",
    "/opt/blog/wp-config.php",
    "/home/ann/.config/gh/hosts.yml",
  ];
  const { files, named } = chosenFiles({ files: secret.map((path) => file(path)) });
  assertEquals([files, named.map(({ path }) => path)], [[], secret]);
  assertEquals(chosenFiles({ files: [file("/etc/app.conf", { mode: "640" })] }).files, []);
});

Deno.test("chosenFiles() asks for settings, programs, and files that only root reads by habit", () => {
  const plain = [
    file("/etc/nginx/nginx.conf"),
    file("/etc/sudoers.d/ann", { mode: "440" }),
    file("/var/spool/cron/crontabs/ann", { mode: "600", user: "ann", group: "crontab" }),
    file("/home/ann/.ssh/config", { mode: "600", user: "ann", group: "ann" }),
    file("/home/ann/.ssh/id_ed25519.pub"),
    file("/etc/pam.d/common-password"),
    file("/usr/local/bin/job", { mode: "755" }),
    file("/etc/apt/keyrings/docker.asc"),
  ];
  assertEquals(chosenFiles({ files: plain }), { files: plain, links: [], named: [] });
  const link = file("/etc/app", { target: "/opt/app", mode: "777" });
  assertEquals(chosenFiles({ files: [link] }).links, [link]);
});

Deno.test("chosenFiles() only names files that others cannot reach, except for a few files of settings", () => {
  const files = ["/root/.bashrc", "/root/notes.txt", "/root/.config/app", "/etc/app/sub/x.conf", "/etc/plain"]
    .map((path) => file(path));
  const { files: asked, named } = chosenFiles({ files }, ["/root", "/etc/app"]);
  assertEquals(asked.map(({ path }) => path), ["/root/.bashrc", "/etc/plain"]);
  const why = "it may be secret, as not everybody may enter its directory";
  assertEquals(named, [
    { path: "/root/notes.txt", why },
    { path: "/root/.config/app", why },
    { path: "/etc/app/sub/x.conf", why },
  ]);
  // A directory of which the instance tells nothing is closed.
  assertEquals(chosenOf({ files: [file("/etc/plain")], folders: [] }).files, []);
});

Deno.test("chosenFiles() names what is too large, too much, of no owner or of a strange name", () => {
  const strange = [
    file("/etc/large", { bytes: MOST.bytes + 1 }),
    file("/etc/owner", { user: "UNKNOWN" }),
    file("/etc/esc\u001b[31m"),
    file("/etc/tab\tbed"),
    file("/etc/link", { target: "/x\u202ey" }),
  ];
  assertEquals(
    chosenFiles({ files: strange }).named.map(({ path }) => path),
    strange.map(({ path }) => path),
  );
  const many = Array.from({ length: 400 }, (_, index) => file(`/etc/${index}`));
  assertEquals(chosenFiles({ files: many }).files.length, MOST.files);
  const large = Array.from({ length: 20 }, (_, index) => file(`/etc/${index}`, { bytes: MOST.bytes }));
  assertEquals(chosenFiles({ files: large }).files.length, MOST.all / MOST.bytes);
});

Deno.test("withContents() names programs, secrets and what changed meanwhile", () => {
  const files = ["text", "program", "secret", "gone", "nul"].map((name) => file(`/etc/${name}`));
  const contents = new Map([
    ["/etc/text", bytes("x=1\n")],
    ["/etc/program", Uint8Array.of(127, 69, 76, 70, 255, 254)],
    ["/etc/secret", bytes("password = canary-77\n")],
    ["/etc/nul", bytes("a\0b")],
  ]);
  const { files: taken, named } = withContents(files, contents);
  assertEquals([taken.map(({ path }) => path), named.map(({ path }) => path)], [
    ["/etc/text"],
    ["/etc/program", "/etc/secret", "/etc/gone", "/etc/nul"],
  ]);
  const key = file("/etc/apt/keyrings/x.gpg");
  const binary = new Map([[key.path, Uint8Array.of(255, 0, 1)]]);
  assertEquals(withContents([key], binary).files.length, 1);
});
