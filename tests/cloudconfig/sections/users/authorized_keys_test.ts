/** Keys of users are where sshd looks for them. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { Guest, itemsOf, needsRoot, type Shell, SHELLS } from "../../guest.ts";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA me@home";
const CONFIG = `users:
- {name: ann, ssh_authorized_keys: ["${KEY}"]}
- {name: bob, ssh_authorized_keys: ["${KEY}"]}
`;

/** The places of keys after CONFIG, by the contents of files below /etc/ssh. */
const CASES:
  readonly (readonly [title: string, files: Readonly<Record<string, string>>, where: readonly string[]])[] = [
    ["no file at all", {}, ["/home/ann/.ssh/authorized_keys", "/home/bob/.ssh/authorized_keys"]],
    [
      "the usual",
      {
        sshd_config:
          "# AuthorizedKeysFile /x/%u\nAuthorizedKeysFile .ssh/authorized_keys .ssh/authorized_keys2\n",
      },
      ["/home/ann/.ssh/authorized_keys", "/home/bob/.ssh/authorized_keys"],
    ],
    [
      "a directory of all users; the first value counts",
      { sshd_config: "authorizedkeysfile = /etc/ssh/keys/%u\nAuthorizedKeysFile /other/%u\n" },
      ["/etc/ssh/keys/ann", "/etc/ssh/keys/bob"],
    ],
    [
      "included files, and several places of which one is everybody's",
      {
        sshd_config: "Include /etc/ssh/sshd_config.d/*.conf\nAuthorizedKeysFile /not/%u\n",
        "sshd_config.d/50-a.conf": 'AuthorizedKeysFile  /etc/ssh/shared  "/var/keys/%%/%u/%U" %h/.keys\r\n',
        "sshd_config.d/60-b.conf": "AuthorizedKeysFile /neither/%u\n",
      },
      ["/var/keys/%/ann/1000", "/var/keys/%/bob/1001"],
    ],
    [
      "conditions on users, in a file that is included by a name without a directory",
      {
        sshd_config:
          "Include more\nAuthorizedKeysFile %h/.keys/list\nMatch Address 10.0.0.0/8\n  AuthorizedKeysFile /net/%u\nMatch User *,!ann\n  AuthorizedKeysFile /srv/%u/keys\nMatch all\n  AuthorizedKeysFile none\n",
        more: "Match User carl\n  AuthorizedKeysFile /carl\n",
      },
      ["/home/ann/.ssh/authorized_keys", "/srv/bob/keys"],
    ],
    [
      "conditions on groups",
      {
        sshd_config:
          "Match Group bob User b*\n  AuthorizedKeysFile /srv/%u\nMatch Group nobody\nAuthorizedKeysFile /x/%u\n",
      },
      ["/home/ann/.ssh/authorized_keys", "/srv/bob"],
    ],
    [
      "one file for everybody",
      { sshd_config: "AuthorizedKeysFile /etc/ssh/shared\n" },
      ["/home/ann/.ssh/authorized_keys", "/home/bob/.ssh/authorized_keys"],
    ],
    [
      "files that include themselves without end",
      {
        sshd_config: "Include /etc/ssh/*\nInclude /etc/ssh/*\nAuthorizedKeysFile /etc/ssh/keys/%u\n",
        other: "Include *\nInclude sshd_config\n",
      },
      ["/etc/ssh/keys/ann", "/etc/ssh/keys/bob"],
    ],
  ];

async function keysOf(guest: Guest): Promise<string[]> {
  const found = await guest.sh(`grep -rlF '${KEY}' /etc /home /srv /var /root /not /net 2>/dev/null | sort`);
  return found.split("\n");
}

async function configured(guest: Guest, files: Readonly<Record<string, string>>): Promise<void> {
  await guest.sh("mkdir -p /etc/ssh/sshd_config.d");
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${guest.directory}/etc/ssh/${name}`, text);
  }
}

for (const [index, [title, files, where]] of CASES.entries()) {
  const shell: Shell = SHELLS[index % SHELLS.length]!;
  Deno.test(`keys are where sshd looks for them: ${title}, in ${shell}`, needsRoot, async () => {
    await using guest = await Guest.tiny(shell);
    await configured(guest, files);
    for (let i = 0; i < 2; i++) {
      const { code, output } = await guest.run(itemsOf(CONFIG, "alpine"));
      assertEquals(code, 0, output);
      assertEquals(await keysOf(guest), where, output);
    }
    for (const [at, name] of ["ann", "bob"].entries()) {
      assertEquals(await guest.stat(where[at]!), `600 ${name} ${name}`);
      assertEquals((await guest.text(where[at]!)).split("\n").filter((line) => line === KEY).length, 1);
    }
  });
}

Deno.test(
  "directories of keys are made as sshd wants them, and none that it does not trust is used",
  needsRoot,
  async () => {
    await using guest = await Guest.tiny();
    await configured(guest, {
      sshd_config: "AuthorizedKeysFile /srv/open/%u /srv/link/%u /srv/made/%u %h/.k/l\n",
    });
    await guest.sh(
      "mkdir -p /srv/open /srv/real; chmod 777 /srv/open; ln -s real /srv/link; mkdir /srv/made; ln -s /etc/passwd /srv/made/bob",
    );
    const { code, output } = await guest.run(itemsOf(CONFIG, "alpine"));
    assertEquals(code, 0, output);
    assertEquals(await keysOf(guest), ["/home/bob/.k/l", "/srv/made/ann"]);
    assertStringIncludes(
      output,
      "lxops: sshd does not trust keys of user ann in /srv/open/ann: there is a link on the way",
    );
    assertEquals(await guest.stat("/srv/made"), "755 root root");
    assertEquals(await guest.stat("/home/bob/.k"), "700 bob bob");
    // Without StrictModes, it takes what others may write to, but no link is followed all the same.
    await configured(guest, { sshd_config: "AuthorizedKeysFile /srv/open/%u\nStrictModes no\n" });
    assertEquals((await guest.run(itemsOf(CONFIG, "alpine"))).code, 0);
    assertEquals(await guest.stat("/srv/open/ann"), "600 ann ann");
  },
);

Deno.test("keys that sshd does not read are written, with a warning", needsRoot, async () => {
  await using guest = await Guest.tiny("dash");
  await configured(guest, { sshd_config: "AuthorizedKeysFile none\n" });
  const { code, output } = await guest.run(itemsOf(CONFIG, "alpine"));
  assertEquals(code, 0, output);
  const said =
    "keys of user ann are in /home/ann/.ssh/authorized_keys, where sshd does not look (AuthorizedKeysFile none)";
  assertStringIncludes(output, said);
});
