/** Changes by an administrator who reads the cloud-config of `shop.ts`, and knows nothing about what lxops compares. */

/** A command in an instance, and the words by which a difference tells of it. */
export type BlindChange = readonly [command: string, about: RegExp];

/** A second cloud-config file, for both systems. */
export const MORE = `#cloud-config
groups: [stock]
users:
- name: dora
  uid: 1700
  homedir: /srv/dora
  primary_group: web
  hashed_passwd: $6$salt$dora
  lock_passwd: false
- {name: emil, expiredate: "2032-09-01", inactive: "5", sudo: false}
- {name: till, system: true, no_create_home: true}
chpasswd: {expire: false, users: [{name: emil, password: $6$salt$emil}]}
write_files:
- {path: /etc/shop/colour, content: "red\\n"}
- {path: /etc/default/shop, content: "OPTIONS=-q\\n"}
`;

/** Further keys of it for one system. */
export const MORE_OF = {
  debian: `mounts: [[tmpfs, /mnt/spool, tmpfs, "size=2m"], [tmpfs, /mnt/tight, tmpfs, "size=1m,nosuid"]]
runcmd: [systemctl mask fstrim.timer, systemctl start systemd-tmpfiles-clean.timer]
`,
  busybox:
    `mounts: [[tmpfs, /mnt/cache, tmpfs], [tmpfs, /mnt/spool, tmpfs], [tmpfs, /mnt/tight, tmpfs, "size=1m,nosuid"]]
locale: en_US.UTF-8
apk_repos: {alpine_repo: {base_url: https://example.org/alpine, version: v3.20}}
`,
} as const;

/** Changes that both systems know. */
const BOTH: readonly BlindChange[] = [
  ["sed -i s/80/8080/ /etc/shop/shop.conf", /shop\/shop\.conf/],
  ["echo open >/etc/shop/secret.key", /secret\.key/],
  ["chmod 0600 /etc/shop/list", /shop\/list/],
  ["rm /etc/cron.d/shop", /cron\.d\/shop/],
  ["mv /etc/logrotate.d/shop /root/", /logrotate\.d\/shop/],
  ["echo vm.swappiness=1 >>/etc/sysctl.d/60-shop.conf", /60-shop\.conf/],
  ["chmod a-x /usr/local/bin/backup", /bin\/backup/],
  ["chown nobody /etc/motd", /motd/],
  ["ln -sf /dev/null /etc/profile.d/shop.sh", /profile\.d\/shop\.sh/],
  [
    "touch -r /srv/www/index.html /root/time; sed -i s/Shop/Chop/ /srv/www/index.html; touch -r /root/time /srv/www/index.html",
    /index\.html/,
  ],
  ["chgrp 1 /srv/www/robots.txt", /robots\.txt/],
  ["sed -i /SHOP/d /etc/environment", /etc\/environment/],
  ["chown 0 /home/ann/.profile", /home\/ann\/\.profile/],
  ["chmod 0666 /var/log/shop.log", /shop\.log/],
  ["echo B=2 >>/run/shop/env", /run\/shop\/env/],
  ["rm /etc/shop/colour; mkdir /etc/shop/colour", /shop\/colour/],
  [": >/etc/default/shop", /default\/shop/],
  ["echo market >/etc/hostname", /host name.*etc\/hostname/],
  ["sed -i /shop/d /etc/hosts", /etc\/hosts/],
  ["echo nameserver 198.51.100.1 >/etc/resolv.conf", /resolv\.conf/],
  ["ln -sf /usr/share/zoneinfo/America/Lima /etc/localtime", /time zone/],
  ["rm -f /usr/local/share/ca-certificates/*", /ca-certificates\/cloud/],
  [
    "sed -i 's/^PasswordAuthentication.*/PasswordAuthentication yes/' /etc/ssh/sshd_config",
    /PasswordAuthentication/,
  ],
  ["sed -i /spool/d /etc/fstab", /mnt\/spool/],
  ["umount /mnt/cache", /mnt\/cache/],
  ["sed -i /home$/d /home/ann/.ssh/authorized_keys", /keys of ann.*home/],
  ["chmod 0666 /home/ann/.ssh/authorized_keys", /keys of ann.*mode/],
  ["rm -r /home/carl/.ssh", /keys of carl/],
  ["chmod 0777 /home/ann/.ssh", /keys of ann.*\.ssh/],
  ["chown 0 /home/carl", /user carl.*owner id of the home/],
  ["mount -o remount,suid /mnt/tight", /mount \/mnt\/tight.*nosuid/],
  ["echo 'emil ALL=(ALL) ALL' >/etc/sudoers.d/emil", /sudoers\.d\/emil/],
];

/** Changes in a container of Debian. */
export const BLIND_IN_DEBIAN: readonly BlindChange[] = [
  ...BOTH,
  ["sed -i s/sleep.1/sleep.9/ /etc/systemd/system/shop.service", /shop\.service/],
  ["systemctl disable -q shop", /service shop.*start/],
  ["systemctl stop shop", /service shop.*state/],
  ["sed -i 's/^deb/# deb/' /etc/apt/sources.list.d/local.list", /local\.list/],
  ["grep -rl Simulation /etc/apt/apt.conf.d | xargs rm", /apt\.conf\.d/],
  ["apt-get -q -y remove tb-hello >/dev/null", /tb-hello/],
  ["groupmod -n stocks stock", /group stock/],
  ["gpasswd -d ann web", /group web.*ann/],
  ["gpasswd -d ann ops", /user ann.*ops/],
  ["usermod -s /usr/sbin/nologin ann", /user ann.*shell/],
  ["usermod -c 'Ann B.' ann", /user ann.*comment/],
  ["sed -i s/NOPASSWD:// /etc/sudoers.d/ann", /sudoers\.d\/ann/],
  ["passwd -q -l carl", /password of carl/],
  ["usermod -p '$6$other$hash' dora", /password of dora/],
  ["usermod -d /tmp dora", /user dora.*home/],
  ["usermod -u 1799 dora", /user dora.*user id/],
  ["usermod -g users dora", /user dora.*group id/],
  ["chage -E 2020-01-01 emil", /user emil.*expir/],
  ["chage -I 90 emil", /user emil.*inactive/],
  ["userdel shopd", /user shopd/],
  ["passwd -q -l emil", /password of emil.*state/],
  ["systemctl -q unmask fstrim.timer", /service fstrim\.timer.*start/],
  ["systemctl stop systemd-tmpfiles-clean.timer", /service systemd-tmpfiles-clean\.timer.*state/],
  ["sed -i 's/^till:x:[0-9]*/till:x:0/' /etc/passwd", /user till.*user id/],
];

/** Changes in a container of busybox. */
export const BLIND_IN_BUSYBOX: readonly BlindChange[] = [
  ...BOTH,
  ["sed -i s/^stock:/stocks:/ /etc/group", /group stock/],
  ["sed -i '/^web:/s/ann//' /etc/group", /group web.*ann/],
  ["sed -i '/^ops:/s/ann//' /etc/group", /user ann.*ops/],
  ["sed -i '/^ann:/s/[^:]*$/\\/bin\\/false/' /etc/passwd", /user ann.*shell/],
  ["sed -i '/^ann:/s/:Ann:/:Anna:/' /etc/passwd", /user ann.*comment/],
  ["sed -i s/NOPASSWD:// /etc/sudoers.d/ann", /sudoers\.d\/ann/],
  ["sed -i 's/^carl:/carl:!/' /etc/shadow", /password of carl/],
  ["sed -i 's/^dora:[^:]*/dora:$6$other$hash/' /etc/shadow", /password of dora/],
  ["sed -i '/^dora:/s/srv.dora/tmp/' /etc/passwd", /user dora.*home/],
  ["sed -i 's/^dora:x:1700:[0-9]*/dora:x:1701:100/' /etc/passwd", /user dora.*user id/],
  [":", /user dora.*group id/],
  ["sed -i 's/^\\(emil:[^:]*:.*:\\)[0-9]*:$/\\1:1:/' /etc/shadow", /user emil.*expir/],
  ["sed -i '/^shopd:/d' /etc/passwd", /user shopd/],
  ["sed -i 's/^emil:/emil:!/' /etc/shadow", /password of emil.*state/],
  ["sed -i 's/^till:x:[0-9]*/till:x:0/' /etc/passwd", /user till.*user id/],
  ["sed -i s/v3.20/v3.21/ /etc/apk/repositories", /apk\/repositories/],
  ["sed -i s/en_US/de_AT/ /etc/profile.d/50locale.sh", /LANG/],
];

/** Additions, which contradict nothing in the file. They are no differences. */
export const ADDITIONS: readonly string[] = [
  "echo ssh-rsa AAAAB3other eve@away >>/home/ann/.ssh/authorized_keys",
  "echo mallory:x:2000:2000::/:/bin/sh >>/etc/passwd",
  "mkdir -p /etc/systemd/system/shop.service.d; echo '[Service]' >/etc/systemd/system/shop.service.d/own.conf",
  "echo 192.0.2.7 db >>/etc/hosts",
  "mkdir -p /etc/shop/more; echo x >/etc/shop/more/file",
];
