import { assertEquals } from "@std/assert";
import { parseSshUrl } from "../../lib/ssh/url.ts";

const GOOD: readonly [string, unknown][] = [
  ["ssh://node", { host: "node", options: ["BatchMode=yes"] }],
  ["ssh://root@node.example:2222/", { host: "root@node.example", port: 2222, options: ["BatchMode=yes"] }],
  ["ssh://me@[fd00::1]:22", { host: "me@fd00::1", port: 22, options: ["BatchMode=yes"] }],
  [
    "ssh://node?IdentityFile=%2Froot%2Fkey&ProxyJump=gate",
    { host: "node", options: ["IdentityFile=/root/key", "ProxyJump=gate", "BatchMode=yes"] },
  ],
  [
    "ssh://node?ProxyJump=me@gate:22,[fd00::1]:2222&ControlPath=~/.ssh/%25C&ControlPersist=10m&HostKeyAlias=n.example",
    {
      host: "node",
      options: [
        "ProxyJump=me@gate:22,[fd00::1]:2222",
        "ControlPath=~/.ssh/%C",
        "ControlPersist=10m",
        "HostKeyAlias=n.example",
        "BatchMode=yes",
      ],
    },
  ],
];

for (const [text, expected] of GOOD) {
  Deno.test(`parseSshUrl() reads ${text}`, () => assertEquals(parseSshUrl(text), expected));
}

const WRONG: readonly string[] = [
  ...[
    "node",
    "ssh://",
    "https://node",
    "ssh://-oProxyCommand=x",
    "ssh://a b",
    "ssh://node:0",
    "ssh://node:99999",
  ],
  ...["ssh://me:secret@node", "ssh://node/path", "ssh://$(id)", "ssh://node?ProxyCommand=id"],
  "ssh://node?LocalCommand=id",
  "ssh://node?constructor=id",
  ...[
    "a;id",
    "$(id)",
    "`id`",
    "a%0aProxyCommand%20id",
    "-oProxyCommand=id",
    "a b",
    "a@b@c",
    "a,",
    "a%00",
    "a%7Cid",
    "",
  ]
    .map((value) => `ssh://node?ProxyJump=${value}`),
  ...["IdentityFile", "CertificateFile", "ControlPath", "UserKnownHostsFile"].flatMap((key) =>
    ["/a b", "/a%0aProxyCommand%20id", "/$(id)", "${HOME}/a", "%7Cid", "/a%22b", "/a'b", ""].map((value) =>
      `ssh://node?${key}=${value}`
    )
  ),
  ...[
    "ControlMaster=maybe",
    "ControlPersist=1;id",
    "ConnectTimeout=1%0a",
    "IdentitiesOnly=",
    "HostKeyAlias=a%20b",
  ]
    .map((one) => `ssh://node?${one}`),
];

for (const text of WRONG) {
  Deno.test(`parseSshUrl() refuses ${text}`, () => assertEquals(typeof parseSshUrl(text), "string"));
}
