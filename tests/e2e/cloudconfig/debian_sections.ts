/** The expected effects of `fixtures/sections/debian.cfg` and `debian_more.cfg`, section by section. */
import { account, type Check, password, stat } from "./checks.ts";

/** All sections. */
export const DEBIAN: readonly Check[] = [
  ["bootcmd", "cat /var/log/boot", "boot before-files\na b it's"],
  ["write_files: content", "cat /srv/deep/er/text", "caf\u00e9 $HOME `id` 'quoted'"],
  [
    "write_files: owner, permissions, parents",
    stat("/srv/deep", "/srv/deep/er", "/srv/deep/er/text"),
    "755 daemon:adm /srv/deep\n755 daemon:adm /srv/deep/er\n640 daemon:adm /srv/deep/er/text",
  ],
  ["write_files: without content", `${stat("/etc/first")}; wc -c </etc/first`, "644 root:root /etc/first\n0"],
  [
    "write_files: spellings of permissions",
    "stat -c %a /usr/local/sbin/locale-gen /usr/local/sbin/update-locale /usr/local/sbin/snap",
    "755\n755\n755",
  ],
  [
    "write_files: b64, !!binary",
    "od -An -tx1 /srv/b64; od -An -tx1 /srv/binary",
    " 00 01 ff 0a\n 00 01 ff 0a",
  ],
  ["write_files: gz+base64", "cat /srv/gz", "packed"],
  ["write_files: append", "cat /srv/appended", "one\ntwo"],
  ["write_files: existing file", `${stat("/etc/motd")}; cat /etc/motd`, "600 root:root /etc/motd\nhello"],
  ["write_files: source", "cmp /srv/fetched /etc/debian_version; cat /srv/fallback", "instead"],
  [
    "write_files: defer",
    `${stat("/home/ann/late")}; cat /home/ann/late`,
    "644 ann:staff2 /home/ann/late\nlate",
  ],
  ["fqdn", "hostname; cat /etc/hostname; hostname -f", "sections\nsections\nsections.example.org"],
  ["manage_etc_hosts", "grep sections /etc/hosts", "127.0.1.1 sections.example.org sections"],
  [
    "resolv_conf",
    "cat /etc/resolv.conf",
    "nameserver 192.0.2.53\nsearch example.org\noptions rotate timeout:1",
  ],
  [
    "ca_certs",
    `${stat("/usr/local/share/ca-certificates/*")}; grep -c ^update-ca /var/log/calls`,
    "644 root:root /usr/local/share/ca-certificates/cloud-init-ca-cert-1.crt\n1",
  ],
  [
    "apt: proxy, conf",
    "apt-config dump | grep -i -e Acquire::http::Proxy -e User-Simulation",
    'APT::Get::Show-User-Simulation-Note "false";\nAcquire::http::Proxy "http://proxy.example.org:3128";',
  ],
  [
    "apt: primary",
    "cut -d' ' -f1-3 /etc/apt/sources.list; cat /etc/apt/sources.list.d/testbed.list; ls /var/lib/apt/lists | grep -c '^_srv_mirror_.*Packages'",
    "deb [trusted=yes] file:/srv/mirror\ndeb [trusted=yes] file:/srv/testbed ./\n1",
  ],
  [
    "apt: sources: key",
    `${stat("/etc/apt/trusted.gpg.d/mine.asc")}; sed -n 3p /etc/apt/trusted.gpg.d/mine.asc`,
    "644 root:root /etc/apt/trusted.gpg.d/mine.asc\nmine",
  ],
  ["apt: sources", "cat /etc/apt/sources.list.d/local.list", "deb [trusted=yes] file:/srv/testbed ./"],
  ["apt: debconf_selections", "echo get tzdata/Zones/Etc | debconf-communicate 2>/dev/null", "0 UTC"],
  [
    "package_update, package_upgrade",
    "ls /var/lib/apt/lists/*Packages | wc -l; grep -c -e ' Upgrade packages ' /var/lib/lxops/journal",
    "2\n1",
  ],
  ["packages", "tb-hello; dpkg-query -W -f '${Version}' tb-hello", "tb-hello 1.0\n1.0"],
  ["groups", "grep -E '^(one|two):' /etc/group | cut -d: -f1,4", "one:daemon\ntwo:daemon"],
  ["users: fields", account("ann"), /^ann:x:1500:\d+:Ann O'Nymous:\/home\/ann:\/bin\/sh$/],
  ["users: groups", "id -Gn ann", "staff2 adm wheel2"],
  ["users: plain_text_passwd", password("ann"), /^\$y\$/],
  ["users: hashed_passwd", password("bob"), "$6$salt$hash"],
  ["users: no_create_home, sudo: false", "ls -d /home/bob /etc/sudoers.d/bob 2>/dev/null; id -Gn bob", "bob"],
  ["users: expiredate, inactive", "grep ^cid: /etc/shadow | cut -d: -f2,7,8", "!:5:22889"],
  ["users: homedir, no_user_group", `${account("cid")} | cut -d: -f6; id -Gn cid`, "/srv/cid\nusers"],
  ["users: system", "id -u svc | grep -c '^[1-9][0-9][0-9]$'; ls -d /home/svc 2>/dev/null", "1"],
  [
    "users: sudo: [], shell",
    `ls /etc/sudoers.d/eve 2>/dev/null; ${account("eve")} | cut -d: -f7`,
    "/usr/sbin/nologin",
  ],
  [
    "users: existing user",
    "id -Gn daemon; grep ^daemon: /etc/passwd",
    "daemon one two\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin",
  ],
  [
    "users: sudo",
    `${
      stat("/etc/sudoers.d/ann")
    }; tail -n +2 /etc/sudoers.d/ann; visudo -c | sed -n 's,^/etc/sudoers.d/,,p'`,
    "440 root:root /etc/sudoers.d/ann\nann ALL=(ALL) NOPASSWD: /usr/bin/id\nann ALL=(root) /bin/ls\n" +
    "README: parsed OK\nann: parsed OK\ncid: parsed OK\ndeb: parsed OK",
  ],
  [
    "users: sudo works",
    "su ann -c 'sudo -n id -u; sudo -n /bin/true 2>/dev/null || echo refused'",
    "0\nrefused",
  ],
  [
    "users: ssh_authorized_keys of two files",
    `${stat("/home/ann/.ssh", "/home/ann/.ssh/authorized_keys")}; grep ssh- /home/ann/.ssh/authorized_keys`,
    "700 ann:staff2 /home/ann/.ssh\n600 ann:staff2 /home/ann/.ssh/authorized_keys\n" +
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA ann@home\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB ann@work",
  ],
  [
    "user, default",
    `${account("deb")}; id -Gn deb`,
    /^deb:x:\d+:\d+:Debian:\/home\/deb:\/bin\/bash\ndeb adm$/,
  ],
  ["user: lock_passwd", password("deb"), /^!/],
  ["ssh_authorized_keys", "grep ssh- /home/deb/.ssh/authorized_keys", "ssh-rsa AAAAB3NzaC1yc2EAAAA top@home"],
  [
    "disable_root",
    "grep ssh- /root/.ssh/authorized_keys",
    /^no-port-forwarding,.*,command="echo 'Log in as the user \\"deb\\" instead.* ssh-rsa AAAAB3NzaC1yc2EAAAA top@home$/,
  ],
  ["chpasswd", "grep ^root: /etc/shadow | cut -d: -f2,3", /^\$y\$[^:]+:[1-9]\d+$/],
  [
    "ssh_pwauth",
    "cat /etc/ssh/sshd_config",
    "PasswordAuthentication no\nMatch User keyed\nAuthorizedKeysFile /etc/ssh/keys/%u",
  ],
  [
    "users: ssh_authorized_keys where sshd looks",
    `${
      stat("/etc/ssh/keys", "/etc/ssh/keys/keyed")
    }; grep -c keyed /etc/ssh/keys/keyed; ls -A /home/keyed/.ssh 2>&1`,
    "755 root:root /etc/ssh/keys\n600 keyed:keyed /etc/ssh/keys/keyed\n1\nls: cannot access '/home/keyed/.ssh': No such file or directory",
  ],
  [
    "ssh_keys, ssh_deletekeys",
    `${stat("/etc/ssh/ssh_host_*")}; cat /etc/ssh/ssh_host_ed25519_key`,
    "600 root:root /etc/ssh/ssh_host_ed25519_key\n644 root:root /etc/ssh/ssh_host_ed25519_key.pub\nnot really a key",
  ],
  [
    "timezone",
    "readlink /etc/localtime; cat /etc/timezone; date +%Z",
    "/usr/share/zoneinfo/Asia/Tokyo\nAsia/Tokyo\nJST",
  ],
  [
    "locale",
    "cat /etc/locale.gen; grep locale /var/log/calls",
    "el_GR.UTF-8 UTF-8\nlocale-gen \nupdate-locale --locale-file=/etc/default/locale LANG=el_GR.UTF-8",
  ],
  [
    "keyboard",
    "grep XKB /etc/default/keyboard",
    'XKBMODEL="pc105"\nXKBLAYOUT="gr"\nXKBVARIANT="extended"\nXKBOPTIONS=""',
  ],
  ["ntp", `${stat("/etc/tb.conf")}; cat /etc/tb.conf`, "644 root:root /etc/tb.conf\nservers"],
  [
    "mounts",
    "grep -o ' /mnt/[a-z]* [a-z0-9]*' /proc/mounts; cat /mnt/bind/er/text | wc -l; grep -c comment=cloudconfig /etc/fstab",
    /^ \/mnt\/memory tmpfs\n \/mnt\/bind \w+\n1\n2$/,
  ],
  ["snap", "grep ^snap /var/log/calls", "snap install hello"],
  ["runcmd", "cat /var/log/run", "run tb-hello 1.0\n/srv\na b $(id)\nno input"],
];
