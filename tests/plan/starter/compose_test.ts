/** Tests of `init` with compose files. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Random } from "../../config/random.ts";
import { init, verify } from "../../support/started.ts";

const SHOP = `
name: shop
services:
  web:
    image: nginx:1.27-alpine
    ports: ["\${PORT:-8080}:80", 443, {target: 8443, published: 9443, host_ip: 127.0.0.1}, "99999:1", "53:53/udp"]
    volumes: ["./html:/usr/share/nginx/html:ro", "./nginx.conf:/etc/nginx/nginx.conf", "cache:/var/cache/nginx",
              "/var/run/docker.sock:/run/docker.sock", {type: tmpfs, target: /tmp}, "shared:/srv"]
    environment:
      TZ: Europe/Berlin
      GREETING: "costs $$5 \${WHO:-you} $PORT"
      SECRET_KEY: canary-of-the-file
      URL: postgres://u:canary-of-a-url@db/x
    env_file: [web.env, /etc/passwd, none.env]
    depends_on: {my_db: {condition: service_healthy, restart: true}, nope: {}}
    restart: unless-stopped
    command: ["nginx", "-g", "daemon off;"]
    mem_limit: 1.5g
    cpus: 0.5
    devices: ["/dev/ttyUSB0:/dev/tty1"]
    networks: [front]
    constructor: {a: b}
  my_db:
    image: postgres:16
    environment: ["POSTGRES_PASSWORD=\${DB_PASSWORD}", "POSTGRES_USER=\${UNSET_ONE}"]
    volumes: ["dbdata:/var/lib/postgresql/data", "shared:/srv"]
    healthcheck: {test: [CMD-SHELL, "pg_isready -U $$POSTGRES_USER"], interval: 10s, retries: 5, start_period: bad}
    deploy: {resources: {limits: {cpus: "2", memory: 512M}}, replicas: 2}
    secrets: [dbpw, other]
    restart: on-failure
secrets: {dbpw: {file: ./db.secret}}
`;

const FILES = {
  "/c/compose.yaml": SHOP,
  "/c/.env": "DB_PASSWORD=canary-of-env\nPORT=8081\nUNUSED=x\n",
  "/c/web.env": "API_TOKEN='a b'\n",
  "/c/html/index.html": "hello\n",
  "/c/db.secret": "s\n",
  "/etc/passwd": "ROOT=x\n",
};

Deno.test("init: every service of a compose file becomes a directory, with its supported keys", async () => {
  const { code, stderr, texts, written, stdout } = await init(["--from", "compose.yaml", "out"], FILES);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, "lxops up ./out");
  const web = texts["/c/out/web/lxops.yaml"]!;
  for (
    const part of [
      "image: 'images:alpine/3.22'",
      "ports:\n  - '${PORT:-8080}:80'\n  - '127.0.0.1:9443:8443'\n  - '53:53/udp'\n",
      "environment:\n  API_TOKEN: '${API_TOKEN}'\n  TZ: '${INSTANCE_TZ}'\n  GREETING: '${GREETING}'\n",
      "limits:\n  memory: 1536MiB\n",
      "config:\n  limits.cpu.allowance: 50ms/100ms\n",
      "    path: /usr/share/nginx/html\n    readonly: true\n    dir: /c/html\n",
      "  cache:\n    path: /var/cache/nginx\n    filesystem: volumes\n",
      "    type: unix-char\n    source: /dev/ttyUSB0\n    path: /dev/tty1\n",
      "autostart: true",
      "after:\n  my-db:\n    until: healthy\n    restart: true\n",
    ]
  ) assertStringIncludes(web, part);
  assertEquals(written["/c/out/web/.env"], {
    text: "# Settings that are secret. Git ignores this file.\nPORT=8081\nAPI_TOKEN='a b'\n" +
      "INSTANCE_TZ=Europe/Berlin\nGREETING='costs $5 you 8081'\nSECRET_KEY=canary-of-the-file\nURL=postgres://u:canary-of-a-url@db/x\n",
    mode: 0o600,
  });
  const db = texts["/c/out/my-db/lxops.yaml"]!;
  for (
    const part of [
      "image: 'images:debian/13'",
      "POSTGRES_PASSWORD: '${DB_PASSWORD}'",
      "checks:\n  - exec: pg_isready -U $$POSTGRES_USER\n    interval: 10s\n    retries: '5'\n",
      "limits:\n  memory: 512MiB\n  cpu: '2'\n",
      "secrets:\n  dbpw:\n    file: /c/db.secret\n",
    ]
  ) assertStringIncludes(db, part);
  assertStringIncludes(texts["/c/out/my-db/.env"]!, "DB_PASSWORD=canary-of-env\nUNSET_ONE=''\n");
  assertStringIncludes(texts["/c/out/my-db/bootstrap.sh"]!, "# apt-get install -y postgresql\n");
  assertStringIncludes(
    texts["/c/out/web/bootstrap.sh"]!,
    '# The compose file has this command: "nginx" "-g"',
  );
  const own = Object.entries(texts).filter(([path]) => !path.endsWith("/.env")).map(([, text]) => text)
    .join();
  assert(!`${own}${stderr}${stdout}`.includes("canary"), `${own}${stderr}`);
});

Deno.test("init: parts without a key are listed with their lines, and in the file", async () => {
  const { stderr, texts } = await init(["--from", "compose.yaml", "out"], FILES);
  for (
    const line of [
      "compose.yaml:6:33 services.web.ports.1: warning: It says no port of the host",
      "services.web.ports.3: warning: A port of the form [ADDRESS:]PORT:PORT[/udp] is expected here",
      "services.web.volumes.1: warning: There is no directory /c/nginx.conf",
      "services.web.volumes.3: warning: An instance has no use for the socket of docker",
      "services.web.volumes.4: warning: No key says a volume of type tmpfs",
      'services.web.volumes.5: warning: Several services have the volume "shared"',
      "services.web.env_file: warning: /etc/passwd is not read: it is not below",
      "services.web.env_file: warning: none.env is not read: there is no such file",
      "services.web.environment: warning: The values of TZ, GREETING, SECRET_KEY, URL are in .env",
      "services.web.depends_on.nope: warning: The file has no such service",
      "services.web.networks: warning: The NICs of an instance are those of its profiles",
      "services.web.constructor: warning: No key says it",
      "services.my_db.deploy.replicas: warning: No key says it",
      'services.my_db.healthcheck.start_period: warning: A duration such as "30s" is expected here',
      "services.my_db.environment: warning: UNSET_ONE has no value: give it one in .env",
    ]
  ) assertStringIncludes(stderr, line);
  assertStringIncludes(texts["/c/out/web/lxops.yaml"]!, "# - services.web.networks: The NICs");
});

Deno.test("init: the result for a compose file passes every check", async () => {
  const { texts } = await init(["--from", ".", "out"], FILES);
  const { code, stdout, stderr } = await verify({ ...FILES, ...texts });
  assertEquals([code, stdout], [0, "web\nmy-db\n"], stderr);
});

Deno.test("init: a single service becomes the directory itself", async () => {
  const files = { "/c/docker-compose.yml": "services: {a_b: {image: 'redis:7', container_name: cache}}\n" };
  const { code, texts, stderr } = await init(["--from", "docker-compose.yml", "my_cache"], files);
  assertEquals(code, 0, stderr);
  assertStringIncludes(texts["/c/my_cache/lxops.yaml"]!, "\nname: cache\n");
  const other = await init(["--from", "docker-compose.yml", "store"], files);
  assert(!/^name:/m.test(other.texts["/c/store/lxops.yaml"]!), "the directory says the name");
});

Deno.test("init: invalid compose files are errors with file and line, and nothing is written", async () => {
  for (
    const [text, message] of [
      ["services: [", "compose.yaml:1:"],
      ["- a\n- b\n", "compose.yaml:1:1: A compose file is expected here"],
      ["version: '3'\n", "compose.yaml:1:1: This is no compose file: it has no services"],
      ["services: []\n", "compose.yaml:1:1 services: A map of services is expected here"],
      ["services: {}\n", "compose.yaml:1:1 services: The file has no service"],
      ["services:\n  a: b\n", "compose.yaml:2:3 services.a: A map is expected here, the service"],
      ["a: &a [*a]\n", "compose.yaml"],
      [`x: ${"[".repeat(200)}${"]".repeat(200)}\n`, "compose.yaml"],
      [`services: {a: {image: "${"x".repeat(2 ** 20)}"}}\n`, "compose.yaml"],
      [
        `services: {${Array.from({ length: 300 }, (_, n) => `s${n}: {}`).join()}}\n`,
        "more than 200 services",
      ],
    ] as const
  ) {
    const { code, stderr, texts } = await init(["--from", "compose.yaml", "x"], { "/c/compose.yaml": text });
    assertEquals(code, 3, stderr);
    assertStringIncludes(stderr, message);
    assert(stderr.length < 2000, "the message is short");
    assertEquals(texts, {});
  }
  const none = await init(["--from", "compose.yaml"], {});
  assertEquals([none.code, none.stderr.includes("No such file")], [3, true]);
});

/** Values that no author of a compose file means well with. */
const NASTY: readonly string[] = [
  "''",
  "null",
  "~",
  "[]",
  "{}",
  "[[a]]",
  "{a: {b: c}}",
  "(dir)/x",
  "'$'",
  "'${'",
  "'${A'",
  "'$A $$B ${C:-$D}'",
  "'${X:?no}'",
  '"a\\nb"',
  '"\\e[31mred\\u2028"',
  "'../../../etc/shadow'",
  "'/:/:/'",
  "'a:/b:ro'",
  "'-1'",
  "1e9",
  "0.0001",
  "'8080:80'",
  "'[::1]:80:80'",
  "'1-3:1-2'",
  "__proto__",
  "'*.*'",
  "!!binary aGk=",
  "'# no comment'",
  "'/dev/x:/dev/y:rwm'",
  "10s",
  "yes",
];

const KEYS: readonly string[] = [
  ...["image", "ports", "volumes", "environment", "env_file", "depends_on", "healthcheck", "restart"],
  ...[
    "mem_limit",
    "cpus",
    "pids_limit",
    "command",
    "entrypoint",
    "devices",
    "secrets",
    "deploy",
    "container_name",
  ],
  ...["__proto__", "constructor", "user", "x-y", "labels"],
];

/** A compose file out of nasty values. */
function nastyFile(random: Random): string {
  const value = (depth = 0): string => {
    if (depth < 2 && random.chance(0.3)) return `[${[value(depth + 1), value(depth + 1)].join(", ")}]`;
    if (depth < 2 && random.chance(0.3)) {
      const key = random.pick([
        "test",
        "interval",
        "retries",
        "target",
        "published",
        "source",
        "type",
        "A",
        "resources",
      ]);
      return `{${key}: ${value(depth + 1)}, other: ${value(depth + 1)}}`;
    }
    return random.pick(NASTY);
  };
  const services = ["a", "b_c", "__proto__"].slice(0, 1 + random.below(3)).map((name) => {
    const keys = KEYS.filter(() => random.chance(0.5)).map((key) => `    ${key}: ${value()}\n`);
    return `  ${name}:\n    image: x\n${keys.filter((line) => !line.startsWith("    image")).join("")}`;
  });
  return `services:\n${services.join("")}secrets: {a: ${value()}}\nvolumes: ${value()}\n`;
}

Deno.test("init: 100 hostile compose files give configurations that are right, or an error with a line", async () => {
  const random = new Random(15);
  let right = 0;
  for (let round = 0; round < 100; round++) {
    const text = nastyFile(random);
    const files = { "/c/compose.yaml": text, "/c/.env": "A='x (y) $z'\nB=\n" };
    const { code, stderr, texts } = await init(["--from", "compose.yaml", "out"], files);
    assert(code === 0 || code === 3 && /^compose\.yaml:\d+:\d+ /m.test(stderr), `${text}\n${code} ${stderr}`);
    // deno-lint-ignore no-control-regex
    assert(!/[\x00-\x08\x0b-\x1f\x7f\u2028]/.test(Object.values(texts).join()), text);
    if (code !== 0) continue;
    right++;
    const checked = await verify({ ...files, ...texts });
    assertEquals(checked.code, 0, `${text}\n${Object.values(texts).join("\n")}\n${checked.stderr}`);
  }
  assert(right > 60, `${right} of 100 files were translated`);
});
