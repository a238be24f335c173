/** Changes made by hand inside a container, and whether `status --guest` finds each, and `up --guest` takes it back. */
import { assertEquals } from "@std/assert";
import type { Ground } from "../support/daemon.ts";

/** A command in the guest, and what `status` has to say about it. */
export type HandMade = readonly [command: string, found: string];

/** Changes in a container of Debian. */
export const IN_DEBIAN: readonly HandMade[] = [
  ["echo more >>/srv/b64", "file /srv/b64, content"],
  ["sed -i s/caf/CAF/ /srv/deep/er/text", "file /srv/deep/er/text, content"],
  ["chmod 0604 /srv/gz", "file /srv/gz, mode"],
  ["chown daemon /srv/binary", "file /srv/binary, owner"],
  ["chgrp adm /srv/fallback", "file /srv/fallback, group"],
  ["echo two >/srv/appended", "file /srv/appended, content"],
  [
    "touch -r /etc/motd /tmp/time; echo jello >/etc/motd; touch -r /tmp/time /etc/motd",
    "file /etc/motd, content",
  ],
  ["echo 13 >>/srv/fetched", "file /srv/fetched, content"],
  ["rm /etc/first", "file /etc/first"],
  ["rm /home/ann/late; ln -s /srv/fetched /home/ann/late", "file /home/ann/late, content"],
  [":", "file /home/ann/late, group"],
  [":", "file /home/ann/late, owner"],
  [
    "chmod 0755 /etc/apt/apt.conf.d/94cloud-init-config",
    "file /etc/apt/apt.conf.d/94cloud-init-config, mode",
  ],
  ["rm /etc/apt/apt.conf.d/90cloud-init-aptproxy", "file /etc/apt/apt.conf.d/90cloud-init-aptproxy"],
  [
    "echo '# by hand' >>/etc/apt/sources.list.d/local.list",
    "file /etc/apt/sources.list.d/local.list, content",
  ],
  ["printf 'nameserver 192.0.2.99\\n' >/etc/resolv.conf", "file /etc/resolv.conf, content"],
  [
    "rm -r /usr/local/share/ca-certificates",
    "file /usr/local/share/ca-certificates/cloud-init-ca-cert-1.crt",
  ],
  ["sed -i /sections/d /etc/hosts", "host name in /etc/hosts"],
  ["echo other >/etc/hostname", "host name, in /etc/hostname"],
  ["dpkg --purge tb-hello >/dev/null", "package tb-hello"],
  ["groupdel one", "group one"],
  [":", "user daemon, group one"],
  ["gpasswd -d daemon two >/dev/null", "group two, member daemon"],
  ["usermod -c Anna ann", "user ann, comment"],
  ["usermod -s /bin/bash ann", "user ann, shell"],
  ["gpasswd -d ann wheel2 >/dev/null", "user ann, group wheel2"],
  ["sed -i /home$/d /home/ann/.ssh/authorized_keys", "SSH keys of ann, key ann@home"],
  ["chmod 0660 /home/ann/.ssh/authorized_keys", "SSH keys of ann, mode"],
  ["rm -r /home/deb/.ssh", "SSH keys of deb"],
  ["usermod -L ann", "password of ann, state"],
  [
    "usermod -p '$6$other$hash' root; passwd -u -q deb 2>/dev/null; usermod -p '$6$x$y' deb",
    "password of deb, state",
  ],
  ["userdel svc", "user svc"],
  ["usermod -s /bin/sh eve", "user eve, shell"],
  ["echo 'ann ALL=(ALL) ALL' >>/etc/sudoers.d/ann", "file /etc/sudoers.d/ann, content"],
  ["rm /etc/sudoers.d/cid", "file /etc/sudoers.d/cid"],
  ["sed -i 's/cation no/cation yes/' /etc/ssh/sshd_config", "sshd PasswordAuthentication, value"],
  ["echo key >/etc/ssh/ssh_host_ed25519_key", "file /etc/ssh/ssh_host_ed25519_key, content"],
  ["chmod 0644 /etc/ssh/ssh_host_ed25519_key", "file /etc/ssh/ssh_host_ed25519_key, mode"],
  [
    "ln -sf /usr/share/zoneinfo/Europe/Athens /etc/localtime; echo Europe/Athens >/etc/timezone",
    "time zone, name",
  ],
  ["echo LANG=C >/etc/default/locale", "setting LANG, in /etc/default/locale"],
  ['sed -i \'s/"gr"/"us"/\' /etc/default/keyboard', "file /etc/default/keyboard, content"],
  ["echo other >/etc/tb.conf", "file /etc/tb.conf, content"],
  ["sed -i s/size=1m/size=2m/ /etc/fstab", "mount /mnt/memory, in /etc/fstab"],
  ["umount /mnt/bind", "mount /mnt/bind, state"],
  ["systemctl disable -q sections", "service sections, start"],
  ["systemctl stop sections", "service sections, state"],
];

/** Changes in a container of busybox. */
export const IN_BUSYBOX: readonly HandMade[] = [
  ["echo more >>/srv/binary", "file /srv/binary, content"],
  ["sed -i s/HOME/HOST/ /srv/deep/text", "file /srv/deep/text, content"],
  ["chmod 0644 /srv/deep/text", "file /srv/deep/text, mode"],
  ["chown root /srv/deep/text", "file /srv/deep/text, owner"],
  ["chgrp 0 /srv/deep/text", "file /srv/deep/text, group"],
  ["echo one >/srv/text", "file /srv/text, content"],
  ["chmod 0777 /srv/text", "file /srv/text, mode"],
  ["echo other >/srv/fetched", "file /srv/fetched, content"],
  ["chmod 0644 /srv/fetched", "file /srv/fetched, mode"],
  [
    "rm /usr/local/bin/snap; mkdir /usr/local/bin/snap; rmdir /usr/local/bin/snap",
    "file /usr/local/bin/snap",
  ],
  ["chmod a-x /usr/local/bin/ssh-import-id", "file /usr/local/bin/ssh-import-id, mode"],
  ["echo /bin/bash >>/etc/shells", "file /etc/shells, content"],
  ["chown nobody:users /etc/shells", "file /etc/shells, owner"],
  [":", "file /etc/shells, group"],
  ["rm /home/ann/late; mkfifo /home/ann/late", "file /home/ann/late, type"],
  [
    "sed -i 's/^#!.*/#!\\/bin\\/ash/' /usr/local/bin/update-ca-certificates",
    "file /usr/local/bin/update-ca-certificates, content",
  ],
  ["echo large >/etc/hostname", "host name, in /etc/hostname"],
  ["sed -i /small/d /etc/hosts", "host name in /etc/hosts"],
  ["echo search here >>/etc/resolv.conf", "file /etc/resolv.conf, content"],
  ["rm /usr/local/share/ca-certificates/*", "file /usr/local/share/ca-certificates/cloud-init-ca-cert-1.crt"],
  ["sed -i s/v3.20/v3.21/ /etc/apk/repositories", "file /etc/apk/repositories, content"],
  ["sed -i /^one:/d /etc/group", "group one"],
  [":", "user nobody, group one"],
  ["sed -i 's/^\\(two:.*:\\)nobody$/\\1/' /etc/group", "group two, member nobody"],
  ['sed -i "s/^\\(ann:.*\\):Ann O\'Nymous:/\\1:Anna:/" /etc/passwd', "user ann, comment"],
  ["sed -i 's/^\\(wheel:.*\\),*ann/\\1/' /etc/group", "user ann, group wheel"],
  ["sed -i /ann$/d /home/ann/.ssh/authorized_keys", "SSH keys of ann"],
  ["rm /etc/sudoers.d/ann", "file /etc/sudoers.d/ann"],
  ["echo permit nopass bob >>/etc/doas.d/bob.conf", "file /etc/doas.d/bob.conf, content"],
  ["chmod 0600 /etc/doas.d/ann.conf", "file /etc/doas.d/ann.conf, mode"],
  ["sed -i 's/^\\(bob:.*\\):.bin.ash$/\\1:\\/bin\\/sh/' /etc/passwd", "user bob, shell"],
  ["sed -i 's/^dan:!/dan:/' /etc/shadow", "password of dan, state"],
  ["sed -i 's/^cid:/cid:!/' /etc/shadow", "password of cid, state"],
  ["rm /root/.ssh/authorized_keys", "SSH keys of root"],
  ["chown 0:0 /home/alpine/.ssh/authorized_keys", "SSH keys of alpine, owner id"],
  ["sed -i s/yes/no/ /etc/ssh/sshd_config", "sshd PasswordAuthentication, value"],
  ["echo key >/etc/ssh/ssh_host_rsa_key", "file /etc/ssh/ssh_host_rsa_key, content"],
  ["chmod 0644 /etc/ssh/ssh_host_rsa_key", "file /etc/ssh/ssh_host_rsa_key, mode"],
  ["sed -i s/en_US/de_AT/ /etc/profile.d/50locale.sh", "setting LANG, in /etc/profile.d/50locale.sh"],
  ["sed -i /memory/d /etc/fstab", "mount /mnt/memory"],
  [
    "sed -i '/^alpine:/s/:[^:]*$/:\\/bin\\/sh/' /etc/passwd",
    "user alpine, shell",
  ],
];

/**
 * A script that prepares the container of busybox for `up`: it starts the server of a source, and removes a FIFO, which
 * lxops does not replace.
 */
export const BEFORE_UP =
  "rm /home/ann/late; (printf 'HTTP/1.0 200 OK\\r\\n\\r\\nfetched\\n' | nc -l -p 8765) >/dev/null 2>&1 &";

/** Runs `status --guest`, and returns what it says about the inside of the instance. */
async function found(ground: Ground, name: string, file: string): Promise<readonly string[]> {
  const { code, stdout, stderr } = await ground.run(["status", "--guest", "--json", "-name", name, file]);
  const [one] = JSON.parse(stdout).instances;
  const changes = one.changes as readonly { readonly part: string; readonly name: string }[];
  assertEquals(changes.filter(({ part }) => part !== "guest"), [], stderr);
  assertEquals(code, changes.length === 0 ? 0 : 10, stderr);
  return changes.map(({ name }) => name);
}

/** Holds that every change is found and nothing else, and that `up --guest` takes back what can be. */
export async function checkDrift(
  ground: Ground,
  { name, file, changes, before = ":" }: {
    name: string;
    file: string;
    changes: readonly HandMade[];
    before?: string;
  },
): Promise<void> {
  assertEquals(await found(ground, name, file), []);
  const script = changes.map(([command]) => command).join("\n");
  await ground.ok(["instance", "exec", name, "--", "sh", "-s"], { stdin: `${script}\n` });
  assertEquals((await found(ground, name, file)).toSorted(), changes.map(([, one]) => one).toSorted());
  await ground.ok(["instance", "exec", name, "--", "sh", "-c", before]);
  await ground.ok(["up", "--guest", "-name", name, file]);
  assertEquals(await found(ground, name, file), []);
}
