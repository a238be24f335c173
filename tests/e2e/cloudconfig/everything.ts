/** A cloud-config of 8 packages, 5 files, 2 users and 5 commands, for tests of configure. */
import type { Ground } from "../support/daemon.ts";

/** SSH keys of users. */
export const KEYS = [
  "ssh-ed25519 AAAAfirst one",
  "ssh-ed25519 AAAAsecond two",
  "ssh-ed25519 AAAAthird three",
] as const;

/** Returns a cloud-config with every common section: 16 items. */
export function everything(annsKey: string, gecos = "Ann"): string {
  const files = [1, 2, 3, 4, 5].map((n) =>
    `- {path: /etc/files/${n}, content: text ${n}, permissions: "0640"}\n`
  );
  return `#cloud-config
packages: [p1, p2, p3, p4, p5, p6, p7, p8]
write_files:
${files.join("")}users:
- name: ann
  gecos: ${gecos}
  sudo: true
  ssh_authorized_keys: [${annsKey}]
  plain_text_passwd: first
  lock_passwd: false
- {name: bob, sudo: true, ssh_authorized_keys: [${KEYS[2]}]}
runcmd: [echo 1 >>/root/log, echo 2 >>/root/log, echo 3 >>/root/log, echo 4 >>/root/log, echo 5 >>/root/log]
`;
}

/** Writes a configuration that applies a cloud-config. */
export async function writeConfig(ground: Ground, cloudConfig: string): Promise<void> {
  await ground.write("a.cfg", cloudConfig);
  await ground.write("a.yaml", "#lxops-v1\nostype: alpine\nimage: tiny\ncloud-config-files: [a.cfg]\n");
}
