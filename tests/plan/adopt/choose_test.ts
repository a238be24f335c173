/** Files of an instance that get into its configuration, and those that never do. */
import { assertEquals } from "@std/assert";
import { chosenFiles, looksSecret, MOST, withContents } from "../../../lib/plan/adopt/choose.ts";
import type { FoundFile } from "../../../lib/plan/adopt/found.ts";

const file = (path: string, more: Partial<FoundFile> = {}): FoundFile => ({
  path,
  mode: "644",
  user: "root",
  group: "root",
  bytes: 5,
  ...more,
});

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
    file("/usr/local/bin/job", { mode: "755" }),
    file("/etc/apt/keyrings/docker.asc"),
  ];
  assertEquals(chosenFiles({ files: plain }), { files: plain, links: [], named: [] });
  const link = file("/etc/app", { target: "/opt/app", mode: "777" });
  assertEquals(chosenFiles({ files: [link] }).links, [link]);
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

Deno.test("looksSecret() finds keys, hashes, tokens and passwords, and no comments or plain settings", () => {
  const secret = [
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    "# -----BEGIN RSA PRIVATE KEY-----",
    "password = hunter2",
    "db_password: 'hunter2x'",
    "PGPASSWORD=hunter2",
    "url = postgres://ann:hunter2@db/x",
    "ann:$6$abcdefgh$0123456789abcdef",
    "token=abcdef123456",
    '"api_key": "abcdef123456"',
    "AKIAABCDEFGHIJKLMNOP",
    "ghp_abcdefghijklmnopqrstuvwxyz0123",
    "requirepass hunter2",
    "PrivateKey = aGVsbG8gd29ybGQ=",
    "wpa_passphrase hunter22",
    "sk_live_abcdefghijkl",
    "  secret: abcd1234",
    "Authorization: Bearer abcdef1234567",
  ];
  assertEquals(secret.filter((text) => !looksSecret(text)), []);
  const plain = [
    "#password = hunter2",
    "; token = abcdef",
    "PasswordAuthentication no",
    "port = 8080",
    "password = $DB_PASSWORD",
    "server_tokens off;",
    "ssl_certificate_key /etc/ssl/private/web.key;",
    "net.ipv4.ip_forward = 1",
    "ann ALL=(ALL) ALL",
  ];
  assertEquals(plain.filter(looksSecret), []);
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
