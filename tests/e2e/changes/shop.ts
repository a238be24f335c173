/**
 * The cloud-config of a small server for containers of Debian and of busybox, and the differences that `status` finds.
 */
import { assertEquals } from "@std/assert";
import type { Ground } from "../support/daemon.ts";

/** The systems whose containers are servers. */
export type System = "debian" | "busybox";

/** A server: its image, one package, and a second cloud-config file. */
export interface Shop {
  readonly name: string;
  readonly image: string;
  readonly system: System;
  readonly packaged: string;
  readonly more?: string;
}

/** Launches a server. */
export async function launchShop(
  ground: Ground,
  { name, image, system, packaged, more = "#cloud-config\n{}\n" }: Shop,
): Promise<void> {
  const own = system === "debian" ? DEBIAN : BUSYBOX;
  await ground.write(`${name}.cfg`, COMMON + own.replace("PACKAGE", packaged));
  await ground.write(`${name}-more.cfg`, more);
  const ostype = system === "debian" ? "debian" : "alpine";
  await ground.write(
    `${name}.yaml`,
    `#lxops-v1\nimage: ${image}\nostype: ${ostype}\ncloud-config-files: [${name}.cfg, ${name}-more.cfg]\n`,
  );
  await ground.ok(["launch", "-name", name, `${name}.yaml`]);
}

/** Returns the names of the differences that `status --guest` finds, and its notes. */
export async function found(
  ground: Ground,
  name: string,
): Promise<{ readonly names: readonly string[]; readonly notes: string }> {
  const { code, stdout, stderr } = await ground.run(
    ["status", "--guest", "--json", "-name", name, `${name}.yaml`],
  );
  const [one] = JSON.parse(stdout).instances;
  const names = (one.changes as readonly { readonly name: string }[]).map((change) => change.name);
  assertEquals(code, names.length === 0 ? 0 : 10, stderr);
  return { names, notes: stderr };
}

const COMMON = `#cloud-config
hostname: shop
fqdn: shop.example.org
manage_etc_hosts: true
manage_resolv_conf: true
resolv_conf: {nameservers: [192.0.2.53], searchdomains: [example.org]}
timezone: Europe/Athens
ssh_pwauth: false
ca_certs: {trusted: ["-----BEGIN CERTIFICATE-----\\nMIIB\\n-----END CERTIFICATE-----\\n"]}
groups: [ops, {web: [ann]}]
users:
- name: ann
  uid: 1500
  gecos: Ann
  shell: /bin/sh
  groups: [ops]
  sudo: "ALL=(ALL) NOPASSWD:ALL"
  ssh_authorized_keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA ann@home", "ssh-rsa AAAAB3Nza ann@work"]
- name: carl
  hashed_passwd: $6$salt$hash
  lock_passwd: false
  ssh_authorized_keys: ["ssh-rsa AAAAB3carl carl@home"]
- {name: shopd, system: true, no_create_home: true}
write_files:
- {path: /usr/local/sbin/update-ca-certificates, content: "#!/bin/sh\\ntrue\\n", permissions: "0755"}
- {path: /etc/shop/shop.conf, content: "port = 80\\n", owner: "root:web", permissions: "0640", defer: true}
- {path: /etc/shop/secret.key, content: "sesame\\n", permissions: "0600"}
- {path: /etc/shop/list, content: "one\\ntwo\\n"}
- {path: /etc/cron.d/shop, content: "0 3 * * * root /usr/local/bin/backup\\n"}
- {path: /etc/logrotate.d/shop, content: "/var/log/shop.log { weekly }\\n"}
- {path: /etc/sysctl.d/60-shop.conf, content: "net.core.somaxconn = 1024\\n"}
- {path: /usr/local/bin/backup, content: "#!/bin/sh\\ntrue\\n", permissions: "0755"}
- {path: /etc/motd, content: "The shop\\n"}
- {path: /etc/profile.d/shop.sh, content: "export SHOP=yes\\n"}
- {path: /srv/www/index.html, content: "<p>Shop</p>\\n"}
- {path: /srv/www/robots.txt, content: "User-agent: *\\n"}
- {path: /etc/environment, content: "SHOP=yes\\n", append: true}
- {path: /home/ann/.profile, content: "umask 022\\n", owner: "ann:ann", defer: true}
- {path: /var/log/shop.log, content: "begin\\n", permissions: "0640"}
`;

const DEBIAN = `- path: /etc/systemd/system/shop.service
  content: |
    [Service]
    ExecStart=/bin/sh -c 'while :; do echo line >>/var/log/shop.log; sleep 1; done'
    [Install]
    WantedBy=multi-user.target
- {path: /run/shop/env, content: "A=1\\n"}
- {path: /tmp/seed, content: "x\\n"}
- {path: /dev/shm/seed, content: "x\\n"}
apt:
  conf: 'APT::Get::Show-User-Simulation-Note "false";'
  sources: {local.list: {source: "deb [trusted=yes] file:/srv/shop ./"}}
packages: [PACKAGE]
mounts:
- [tmpfs, /mnt/cache, tmpfs, "size=1m"]
bootcmd:
- mkdir -p /srv/shop; touch /srv/shop/Packages; test ! -d /srv/testbed || cp /srv/testbed/* /srv/shop/
runcmd:
- systemctl daemon-reload
- systemctl enable --now shop
`;

const BUSYBOX = `- {path: /run/shop/env, content: "A=1\\n"}
- {path: /dev/shm/seed, content: "x\\n"}
packages: [PACKAGE]
`;
