/**
 * Changes that users make inside containers, and commands that show each of them.
 *
 * @module
 */

/** Changes in containers of an image. */
export interface InsideChanges {
  readonly image: string;
  /** The script that makes them. */
  readonly script: string;
  /** Commands whose output is the same wherever the changes are. */
  readonly probes: readonly string[];
}

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFakeFakeFakeFakeFakeFakeFakeFakeFakeFakeFake";

/** The secret that never leaves an instance. */
export const CANARY = "canary-77";

const EVERYWHERE = `
set -e
umask 022
mkdir -p /home/alice/.ssh /home/alice/bin /opt/app/conf /usr/local/bin /root/.ssh
echo "${KEY} alice@laptop" >/home/alice/.ssh/authorized_keys
printf -- '-----BEGIN OPENSSH PRIVATE KEY-----\\n${CANARY}\\n' >/home/alice/.ssh/id_ed25519
printf 'Host *\\n  Compression yes\\n' >/home/alice/.ssh/config
chmod 700 /home/alice/.ssh; chmod 600 /home/alice/.ssh/*
printf '#!/bin/sh\\necho own\\n' >/home/alice/bin/own; chmod 755 /home/alice /home/alice/bin /home/alice/bin/own
printf 'export EDITOR=vi\\n' >/home/alice/.profile
chown -R alice:alice /home/alice
echo "${KEY} root@ops" >/root/.ssh/authorized_keys; chmod 700 /root/.ssh; chmod 600 /root/.ssh/*
printf 'set number\\n' >/root/.vimrc
printf 'port = 8080\\nname = "x $y \${z}"\\n' >/opt/app/conf/app.toml
printf '[db]\\npassword = ${CANARY}\\n' >/opt/app/conf/db.ini
printf 'TOKEN=${CANARY}\\n' >/opt/app/.env
printf '${CANARY}\\n' >/etc/only-root.conf; chmod 600 /etc/only-root.conf
printf '#!/bin/sh\\nexec sleep 100000\\n' >/usr/local/bin/appd; chmod 755 /usr/local/bin/appd
printf 'first\\n\\n  second\\ttab \\nno newline' >/etc/odd-text.conf
printf 'caf\\303\\251\\n' >/etc/utf8.conf; chmod 640 /etc/utf8.conf; chmod o+r /etc/utf8.conf
ln -sfn /opt/app/conf /etc/app
head -c 3000 /dev/urandom >/usr/local/bin/blob
head -c 100000 /dev/zero | tr '\\0' a >/etc/large.txt
echo '10.0.0.7 db db.example.org' >>/etc/hosts
echo welcome >/etc/motd
i=0; mkdir -p /opt/many; while [ $i -lt 150 ]; do echo $i >/opt/many/$i; i=$((i + 1)); done
`;

const PROBES = [
  "grep ^alice: /etc/passwd",
  "stat -c '%a %U %G %n' /home/alice /home/alice/* /home/alice/.ssh /home/alice/.ssh/config /home/alice/.profile",
  "grep -h ^ssh- /home/alice/.ssh/authorized_keys /root/.ssh/authorized_keys",
  "cat /home/alice/.ssh/config /home/alice/.profile",
  "cat /root/.vimrc /opt/app/conf/app.toml /etc/odd-text.conf /etc/utf8.conf /etc/motd /home/alice/bin/own",
  "stat -c '%a %U %G %n' /usr/local/bin/appd /etc/utf8.conf /opt/app/conf/app.toml",
  "readlink /etc/app",
  "grep 10.0.0.7 /etc/hosts",
  "readlink /etc/localtime; cat /etc/timezone",
];

/** Changes in Debian, with systemd. */
export const DEBIAN: InsideChanges = {
  image: "debian",
  script: `
    until case $(systemctl is-system-running) in running | degraded) ;; *) false ;; esac; do sleep 0.1; done
    set -e
    apt-get install -y -q tb-hello >/dev/null 2>&1
    groupadd -g 1500 team
    useradd -m -u 1001 -s /bin/bash -c "Alice A" -G sudo,team alice
    useradd -r -u 450 -s /usr/sbin/nologin -d /opt/app appd
    echo 'alice:${CANARY}' | chpasswd
    ${EVERYWHERE}
    chown appd:appd /opt/app/conf/app.toml
    cat >/etc/systemd/system/appd.service <<U
[Service]
User=appd
ExecStart=/usr/local/bin/appd
[Install]
WantedBy=multi-user.target
U
    systemctl daemon-reload; systemctl enable -q --now appd
    systemctl disable -q ifupdown-wait-online; systemctl mask -q e2scrub_all.service
    printf 'alice ALL=(ALL) NOPASSWD: /bin/true\\n' >/etc/sudoers.d/alice; chmod 440 /etc/sudoers.d/alice
    printf '*/5 * * * * root /usr/local/bin/appd\\n' >/etc/cron.d/app
    sed -i 's/^UMASK.*/UMASK 027/' /etc/login.defs
    ln -sfn /usr/share/zoneinfo/Europe/Berlin /etc/localtime; echo Europe/Berlin >/etc/timezone`,
  probes: [
    ...PROBES,
    "dpkg-query -W -f '${Status}' tb-hello",
    "id alice | tr , '\\n' | sed 's/.*groups=//' | sort; id -u appd; getent passwd appd",
    "systemctl is-enabled appd e2scrub_all ifupdown-wait-online || :; systemctl is-active appd",
    "cat /etc/systemd/system/appd.service /etc/sudoers.d/alice /etc/cron.d/app; md5sum /etc/login.defs",
  ],
};

/** Changes in busybox. */
export const BUSYBOX: InsideChanges = {
  image: "tiny",
  script: `
    set -e
    adduser -D -u 1001 -s /bin/sh alice
    ${EVERYWHERE}
    mkdir -p /etc/apk /var/spool/cron/crontabs
    printf 'htop\\nnginx>1.0\\n' >/etc/apk/world
    printf '*/5 * * * * /usr/local/bin/appd\\n' >/var/spool/cron/crontabs/alice
    chmod 600 /var/spool/cron/crontabs/alice; chown alice:alice /var/spool/cron/crontabs/alice
    setup-timezone -z Europe/Berlin`,
  probes: [
    ...PROBES,
    "cat /var/spool/cron/crontabs/alice; stat -c '%a %U %G' /var/spool/cron/crontabs/alice",
  ],
};
