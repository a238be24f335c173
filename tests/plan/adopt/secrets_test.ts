/** Texts that may have a secret, and usual settings that have none. */
import { assertEquals } from "@std/assert";
import { hasSureSecret, looksSecret } from "../../../lib/plan/adopt/secrets.ts";

const SECRET = [
  "//srv/share /mnt cifs username=ann,password=hunter2 0 0",
  "Environment=APP_KEY=abcdefgh",
  'Acquire::https::x::Pass "hunter2";',
  "neighbor 10.0.0.1 password 7 hunter2",
  ' md5 "hunter2";',
  "https://ann.blob.example.net/c?sv=2020&sig=abcdefg%2Bh",
  "0123456789abcdef0123456789abcdef",
  "senha=hunter2",
  "has\u0142o: hunter2",
  "L\u00f6senord = hunter2",
  "\u041f\u0430\u0440\u043e\u043b\u044c: hunter2",
  "\u5bc6\u7801=hunter2",
  "ann:hunter2",
  "ann@example.com:hunter2:extra",
  "user1 PLAIN hunter2",
  "user1 SHA512-CRYPT hunter2",
  "-----BEGIN OPENSSH PRIVATE KEY-----",
  "# -----BEGIN RSA PRIVATE KEY-----",
  "password = hunter2",
  "#password = hunter2",
  "; token = abcdef",
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
  "define('DB_PASSWORD', 'hunter2');",
  "define( 'AUTH_SALT', 'put your phrase here' );",
  'define("LOGGED_IN_KEY", "x y z");',
  'secret "aGVsbG8=";',
  "    auth_pass 1234",
  "rocommunity hunter2",
  "com2sec x default community hunter2",
  "10.0.0.1 secret hunter2",
  ': PSK "hunter2"',
  'psk="hunter2"',
  'user = "admin:hunter2"',
  "machine x login y password z",
  "https://hooks.slack.com/services/T000/B000/xxxxxxxx",
  "BOT=123456789:AAHabcdefghijklmnopqrstuvwxyz12345678",
  "pin: 1234",
  "phrase=one two three",
  "mnemonic: one two three",
  "mot_de_passe=hunter2",
  "contrase\u00f1a: hunter2",
  "kennwort=hunter2",
  "Passwort: hunter2",
  "salt: hunter2",
  "cookie: hunter2",
  "webhook: https://x.example/abc",
  "license=ABCD-EFGH",
  "license_key: ABCD",
  "hash = 5f4dcc3b5aa765d61d8327deb882cf99",
  "X=dGhpc2lzYXJhbmRvbXNlY3JldA0123456789",
  "dGhpc2lzYXJhbmRvbXNlY3JldA0123456789==",
  "olcRootPW: {SSHA}hunter2",
  "userPassword:: aHVudGVyMg==",
  "bind_pw hunter2",
  "[smtp.example.com]:587 me@example.com:hunter2",
  "auth required pam_mysql.so user=root passwd=hunter2",
  "<password>hunter2</password>",
  "password:\n  hunter2",
  "password: |\n  hunter2",
  "createUser bob SHA hunter22 AES hunter33",
  "mysql -uroot -phunter2",
  "curl -u admin:hunter2 http://y",
];

Deno.test("looksSecret() finds keys, hashes, tokens and passwords in many forms", () => {
  assertEquals(SECRET.filter((text) => !looksSecret(text)), []);
});

Deno.test("looksSecret() takes plain settings for no secrets", () => {
  const plain = [
    "PasswordAuthentication no",
    "// pass the key of the table on",
    "//srv/share /mnt cifs credentials=/etc/share,uid=1000 0 0",
    "SSL_KEY=/etc/ssl/private/web.pem",
    "APP_KEY=$KEY",
    "sort_key=name",
    "password [success=1 default=ignore] pam_unix.so obscure",
    "port = 8080",
    "ann:100000:65536",
    "ann:x:1000:1000::/home/ann:/bin/sh",
    "localhost:8080",
    "passwd:files",
    "prefix:/usr/local",
    "https://example.com/x",
    "auth PLAIN",
    "The PLAIN text of a page",
    "password = $DB_PASSWORD",
    "password =",
    'password = ""',
    "server_tokens off;",
    "ssl_certificate_key /etc/ssl/private/web.key;",
    "net.ipv4.ip_forward = 1",
    "ann ALL=(ALL) ALL",
    "Pin: release n=bookworm",
    "Pin-Priority: 1001",
    "license: Apache-2.0",
    "# SPDX-License-Identifier: MIT",
    "# the password is asked for",
    'user: "1000:1000"',
    "UUID=3e6be9de-8139-4e1f-9106-a43f08d823a6 / ext4 defaults 0 1",
    "git clone git@github.com:ann/site.git",
    "ExecStart=/usr/local/bin/AServiceWithALongName2OfItsOwn0123456789 --port 80",
    "Documentation=https://Example2/aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3",
  ];
  assertEquals(plain.filter(looksSecret), []);
});

const FILES: Readonly<Record<string, string>> = {
  sshd_config: `# This is the sshd server system-wide configuration file.  See
# sshd_config(5) for more information.
Include /etc/ssh/sshd_config.d/*.conf
Port 2222
#HostKey /etc/ssh/ssh_host_rsa_key
#LoginGraceTime 2m
PermitRootLogin prohibit-password
#PermitRootLogin prohibit-password
PubkeyAuthentication yes
#AuthorizedKeysFile     .ssh/authorized_keys .ssh/authorized_keys2
# To disable tunneled clear text passwords, change to no here!
PasswordAuthentication no
PermitEmptyPasswords no
KbdInteractiveAuthentication no
#KerberosOrLocalPasswd yes
#KerberosTicketCleanup yes
#GSSAPICleanupCredentials yes
# be allowed through the KbdInteractiveAuthentication and
# PasswordAuthentication.  Depending on your PAM configuration,
UsePAM yes
X11Forwarding no
AcceptEnv LANG LC_*
Subsystem sftp /usr/lib/openssh/sftp-server
Match User ann
  ForceCommand internal-sftp
`,
  "nsswitch.conf": `# Name Service Switch configuration file.
passwd:         files systemd
group:          files systemd
shadow:         files
gshadow:        files
hosts:          files mdns4_minimal [NOTFOUND=return] dns
netgroup:       nis
`,
  "nsswitch.conf of a directory service": "passwd: compat ldap\npasswd_compat: nis\n",
  "pam.d/common-password": `#
# /etc/pam.d/common-password - password-related modules common to all services
#
# Explanation of pam_unix options:
password        requisite                       pam_pwquality.so retry=3
password        [success=1 default=ignore]      pam_unix.so obscure use_authtok try_first_pass yescrypt
# here's the fallback if no module succeeds
password        requisite                       pam_deny.so
password        required                        pam_permit.so
password        optional        pam_gnome_keyring.so
`,
  "pam.d/sshd": `auth       required     pam_env.so
@include common-auth
account    required     pam_nologin.so
session [success=ok ignore=ignore module_unknown=ignore default=bad] pam_selinux.so close
@include common-password
`,
  "nginx site": `server {
    listen 443 ssl http2;
    server_name www.example.com;
    server_tokens off;
    ssl_certificate /etc/ssl/certs/web.pem;
    ssl_certificate_key /etc/ssl/private/web.key;
    ssl_password_file /etc/ssl/private/pass.txt;
    ssl_session_tickets off;
    auth_basic "Restricted";
    auth_basic_user_file /etc/nginx/htpasswd;
    add_header Strict-Transport-Security "max-age=63072000; includeSubDomains; preload" always;
    location / {
        proxy_set_header Host $host;
        proxy_set_header Cookie $http_cookie;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_cookie_path / "/; secure; HttpOnly";
        proxy_pass http://127.0.0.1:8080;
    }
    location ~ \\.php$ {
        include snippets/fastcgi-php.conf;
        fastcgi_pass unix:/run/php/php8.2-fpm.sock;
    }
}
`,
  logrotate: `/var/log/nginx/*.log {
    daily
    rotate 14
    compress
    delaycompress
    create 0640 www-data adm
    sharedscripts
    postrotate
        [ -f /run/nginx.pid ] && kill -USR1 "$(cat /run/nginx.pid)"
    endscript
}
`,
  unit: `[Unit]
Description=A job
After=network-online.target
[Service]
User=www-data
Environment=PORT=8080
EnvironmentFile=-/etc/default/job
ExecStart=/usr/local/bin/job --config /etc/job.conf
PrivateTmp=true
[Install]
WantedBy=multi-user.target
`,
  bashrc: `# ~/.bashrc: executed by bash(1) for non-login shells.
case $- in *i*) ;; *) return;; esac
HISTCONTROL=ignoreboth
shopt -s histappend
PS1='\${debian_chroot:+($debian_chroot)}\\[\\033[01;32m\\]\\u@\\h\\[\\033[00m\\]:\\[\\033[01;34m\\]\\w\\[\\033[00m\\]\\$ '
alias ls='ls --color=auto'
alias alert='notify-send --urgency=low -i "$([ $? = 0 ] && echo terminal || echo error)"'
`,
  certificate: `-----BEGIN CERTIFICATE-----
MIIB0zCCAX2gAwIBAgIJAI8hVvZ5F0xIMA0GCSqGSIb3DQEBCwUAMEUxCzAJBgNV
BAYTAkFVMRMwEQYDVQQIDApTb21lLVN0YXRlMSEwHwYDVQQKDBhJbnRlcm5ldCBX
-----END CERTIFICATE-----
`,
  sources:
    `deb [signed-by=/usr/share/keyrings/docker-archive-keyring.gpg] https://download.docker.com/linux/debian bookworm stable
`,
};

for (const [name, text] of Object.entries(FILES)) {
  Deno.test(`looksSecret() takes a usual ${name} for no secret`, () => {
    assertEquals(
      text.split("\n").filter(looksSecret),
      name === "certificate" ? text.split("\n").slice(1, 3).filter(looksSecret) : [],
    );
    assertEquals(looksSecret(text), false);
  });
}

Deno.test("hasSureSecret() finds what is secret by its own form", () => {
  assertEquals(
    hasSureSecret("PASS_MAX_DAYS 99999\nDefaults passwd_tries=3\nann ALL=(ALL) NOPASSWD: ALL"),
    false,
  );
  for (const text of ["# ann:$6$abcdefgh$0123456789abcdef", "x ghp_abcdefghijklmnopqrstuvwxyz0123"]) {
    assertEquals(hasSureSecret(text), true, text);
  }
});

Deno.test("looksSecret() needs little time for long lines", () => {
  const start = performance.now();
  for (
    const part of [
      "pass",
      "password",
      "a@b.",
      "password ",
      "=A",
      "x_",
      "aB1",
      "salt-",
      " ",
      "user",
      "'",
      "community:",
    ]
  ) {
    looksSecret(part.repeat(Math.floor(65_536 / part.length)));
  }
  assertEquals(performance.now() - start < 5000, true);
});
