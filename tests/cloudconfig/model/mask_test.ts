import { assertEquals } from "@std/assert";
import { maskText, maskWords } from "../../../lib/cloudconfig/model/mask.ts";
import { workTime } from "../../support/work_time.ts";

const MASKED: Readonly<Record<string, string>> = {
  "PASSWORD=hunter2 ./setup": "PASSWORD=*** ./setup",
  "export DB_PASS='a b'; run": "export DB_PASS=***; run",
  'MYSQL_PWD="x y" mysql': "MYSQL_PWD=*** mysql",
  "env GITHUB_TOKEN=abc x": "env GITHUB_TOKEN=*** x",
  "app --password hunter2 -v": "app --password *** -v",
  "app --password=hunter2": "app --password=***",
  "app -token abc": "app -token ***",
  "app --api-key 'a b' x": "app --api-key *** x",
  "git clone https://me:pw@host/x": "git clone https://***@host/x",
  "git clone https://ghp@host/x": "git clone https://***@host/x",
  "curl -u me:pw https://x": "curl -u me:*** https://x",
  "curl -H 'Authorization: Bearer abc.def' x": "curl -H 'Authorization: Bearer ***' x",
  'curl -H "X-Auth-Token: abc" x': 'curl -H "X-Auth-Token: ***" x',
  "mysql -uroot -phunter2 db": "mysql -uroot -p*** db",
  "sshpass -p hunter2 ssh x": "sshpass -p *** ssh x",
  "echo root:hunter2 | chpasswd": "echo *** | chpasswd",
  "echo -e 'a\\na' | sudo passwd ann": "echo *** | sudo passwd ann",
  "chpasswd <<<'root:hunter2'": "chpasswd <<<***",
  "psql -c \"CREATE USER a PASSWORD 'x y'\"": 'psql -c "CREATE USER a PASSWORD ***"',
  "mysql -e \"SET PASSWORD = 'hunter2'\"": 'mysql -e "SET PASSWORD = ***"',
  "mount -o username=a,password=b //s /m": "mount -o username=a,password=*** //s /m",
  "curl 'https://x/?token=abc&b=1'": "curl 'https://x/?token=***&b=1'",
  "echo '{\"a\": 1, password: x}'": "echo '{\"a\": 1, password: ***'",
  "login ghp_0123456789abcdefghij0123": "login ***",
  "tailscale up --auth-key=tskey-auth-abc": "tailscale up --auth-key=***",
};

Deno.test("maskText() masks the words of a command that look like a password or a token", () => {
  for (const [text, expected] of Object.entries(MASKED)) assertEquals(maskText(text), expected);
});

Deno.test("maskText() leaves texts alone that are no secrets", () => {
  for (
    const text of [
      'PASSWORD="$(cat /run/secret)" run',
      "TOKEN=$1; echo $TOKEN",
      "app --password-file /etc/x --token-path=/y --password-stdin",
      "passwd -l root",
      "echo hello | tee /etc/passwd.txt",
      "cd /opt && PWD=/ ls",
      "curl https://host/a@b",
      "ssh -p 22 user@host",
      "mysql -p",
      "apt-get install -y pass apg",
      "sed -i 's/^#PasswordAuthentication.*/PasswordAuthentication no/' /etc/ssh/sshd_config",
      "author=ann compass=1 bypass",
      "chmod 600 /etc/secret",
      "echo ok",
    ]
  ) assertEquals(maskText(text), text);
});

Deno.test("maskWords() leaves whole arguments out", () => {
  const cases: readonly [readonly string[], readonly string[]][] = [
    [["app", "--password", "x y; z"], ["app", "--password", "***"]],
    [["env", "DB_PASSWORD=a b", "run"], ["env", "DB_PASSWORD=***", "run"]],
    [["/usr/bin/mysql", "-ppw x", "db"], ["/usr/bin/mysql", "-p***", "db"]],
    [["sshpass", "-p", "a", "ssh"], ["sshpass", "-p", "***", "ssh"]],
    [["curl", "-u", "me:pw x", "https://a:b@h/"], ["curl", "-u", "me:***", "https://***@h/"]],
    [["sh", "-c", "TOKEN=x run"], ["sh", "-c", "TOKEN=*** run"]],
    [["app", "--password-file", "/x", "-p", "22"], ["app", "--password-file", "/x", "-p", "22"]],
  ];
  for (const [words, expected] of cases) assertEquals(maskWords(words), expected);
});

Deno.test("maskText() takes no long time for long text", () => {
  const start = workTime();
  for (
    const text of [
      "a".repeat(200_000),
      "echo ".repeat(20_000),
      "x_password".repeat(5_000),
      "-u ".repeat(30_000),
    ]
  ) {
    maskText(text);
  }
  const took = workTime() - start;
  assertEquals(took < 3000, true, `${took} ms`);
});
