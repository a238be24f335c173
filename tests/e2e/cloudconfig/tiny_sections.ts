/** The expected effects of `fixtures/sections/tiny.cfg`, section by section. */
import { account, type Check, password, stat } from "./checks.ts";

/** All sections that such a system can have. */
export const TINY: readonly Check[] = [
  ["bootcmd", "cat /var/log/boot", "boot"],
  [
    "write_files",
    `${stat("/srv/deep", "/srv/deep/text")}; cat /srv/deep/text`,
    "755 nobody:users /srv/deep\n640 nobody:users /srv/deep/text\nit's $HOME",
  ],
  ["write_files: base64", "hexdump -e '4/1 \"%02x\"' /srv/binary", "0001ff0a"],
  [
    "write_files: source with headers, at the second attempt",
    `${stat("/srv/fetched")}; cat /srv/fetched; grep -e ^GET -e ^X- /var/log/request | tr -d '\\r'`,
    "600 root:root /srv/fetched\nfetched\nGET /a%20b HTTP/1.1\nX-Token: it's $(id)",
  ],
  ["write_files: append", "cat /srv/text", "one\ntwo"],
  [
    "write_files: existing file",
    `${stat("/etc/shells")}; cat /etc/shells`,
    "600 root:root /etc/shells\n/bin/sh",
  ],
  ["write_files: defer", `${stat("/home/ann/late")}; cat /home/ann/late`, "644 ann:ann /home/ann/late\nlate"],
  ["hostname", "hostname; cat /etc/hostname", "small\nsmall"],
  [
    "manage_etc_hosts",
    "sed 1d /etc/hosts | head -n 2",
    "127.0.1.1 small.example.org small\n127.0.0.1 localhost",
  ],
  ["resolv_conf", "cat /etc/resolv.conf", "nameserver 192.0.2.53"],
  [
    "ca_certs",
    "cat /usr/local/share/ca-certificates/*; grep -c ^update-ca /var/log/tiny.log",
    "-----BEGIN CERTIFICATE-----1",
  ],
  [
    "apk_repos",
    "cat /etc/apk/repositories",
    "https://example.org/alpine/v3.20/main\nhttps://example.org/alpine/v3.20/community\nhttps://example.org/local/v3.20",
  ],
  [
    "package_update, package_upgrade, packages",
    "grep ^apk /var/log/tiny.log",
    "apk update\napk upgrade\napk add curl nginx=1.26.2-r0 vim git",
  ],
  ["groups", "grep -E '^(one|two):' /etc/group | cut -d: -f1,4", "one:nobody\ntwo:nobody"],
  ["users: fields", account("ann"), "ann:x:1500:1500:Ann O'Nymous:/home/ann:/bin/sh"],
  ["users: groups", "id -Gn ann", "ann wheel new"],
  ["users: password that none matches", password("ann"), "*"],
  [
    "users: sudo",
    `${stat("/etc/sudoers.d/ann")}; tail -n 1 /etc/sudoers.d/ann; tail -n 1 /etc/doas.d/ann.conf`,
    "440 root:root /etc/sudoers.d/ann\nann ALL=(ALL) NOPASSWD:ALL\npermit nopass ann",
  ],
  [
    "users: doas",
    "tail -n 1 /etc/doas.d/bob.conf; ls /etc/sudoers.d/bob 2>/dev/null",
    "permit bob as nobody",
  ],
  [
    "users: primary_group, shell, no_create_home",
    `${account("bob")} | cut -d: -f4,7; ls -d /home/bob 2>/dev/null`,
    "100:/bin/ash",
  ],
  [
    "users: plain_text_passwd, homedir",
    `${password("cid")}; ${stat("/srv/cid")}`,
    /^\$\w+\$.*\n755 cid:cid \/srv\/cid$/,
  ],
  ["users: hashed_passwd, locked", password("dan"), "!$6$salt$hash"],
  ["users: existing user", "id -Gn nobody", "nogroup one two"],
  [
    "users: ssh_authorized_keys",
    `${
      stat("/home/ann/.ssh", "/home/ann/.ssh/authorized_keys")
    }; grep 'AAAA ' /home/ann/.ssh/authorized_keys`,
    "700 ann:ann /home/ann/.ssh\n600 ann:ann /home/ann/.ssh/authorized_keys\nssh-rsa AAAA ann",
  ],
  ["users: default", account("alpine"), /^alpine:x:\d+:\d+:alpine Cloud User:\/home\/alpine:\/bin\/ash$/],
  [
    "ssh_authorized_keys, disable_root: false",
    "grep -h AAAB /home/alpine/.ssh/authorized_keys /root/.ssh/authorized_keys",
    "ssh-rsa AAAB top\nssh-rsa AAAB top",
  ],
  [
    "password",
    `grep ^alpine: /etc/shadow | cut -d: -f2,3; mkpasswd -m sha512 -S "$(grep ^alpine: /etc/shadow | cut -d'$' -f3)" "default's \\$(pw)"`,
    /^(\$6\$[^:]+):[1-9]\d*\n\1$/,
  ],
  [
    "ssh_import_id",
    "grep ssh-import /var/log/tiny.log; grep -h AAAAimp /home/*/.ssh/authorized_keys; grep -c AAAA /home/ann/.ssh/authorized_keys",
    "ssh-import-id -o gh:ann\nssh-import-id -o lp:top\nssh-rsa AAAAimported lp:top\nssh-rsa AAAAimported gh:ann\n2",
  ],
  [
    "users: snapuser, snap: commands",
    "grep ^snap /var/log/tiny.log; grep -c snapped /etc/passwd",
    "snap create-user --sudoer --json bob@example.org\nsnap refresh\n0",
  ],
  ["chpasswd", "grep ^bob: /etc/shadow | cut -d: -f2,3", "$6$salt$other:0"],
  ["ssh_pwauth", "cat /etc/ssh/sshd_config", "PasswordAuthentication yes"],
  [
    "ssh_keys, ssh_deletekeys",
    `${stat("/etc/ssh/ssh_host*")}`,
    "600 root:root /etc/ssh/ssh_host_rsa_key\n644 root:root /etc/ssh/ssh_host_rsa_key.pub",
  ],
  [
    "timezone",
    "readlink /etc/localtime; cat /etc/timezone",
    "/usr/share/zoneinfo/Europe/Athens\nEurope/Athens",
  ],
  ["locale", "grep LANG /etc/profile.d/50locale.sh", "export LANG=en_US.UTF-8"],
  ["keyboard", "cat /etc/vconsole.conf", "KEYMAP=us"],
  ["mounts", "grep -o ' /mnt/[a-z]* [a-z]*' /proc/mounts", " /mnt/memory tmpfs"],
  ["runcmd", "cat /var/log/run", "run\nit's $(id)"],
];
