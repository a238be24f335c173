import { assertEquals, assertStringIncludes } from "@std/assert";
import { optionsToKeys } from "../../../lib/config/formats/option_keys.ts";

function converted(text: string, force = false): { readonly text: string; readonly left: readonly string[] } {
  const { text: made, issues } = optionsToKeys("a.yaml", `#lxops-v1\n${text}`, force);
  return {
    text: made.replace("#lxops-v1\n", ""),
    left: issues.map(({ line, message }) => `${line! - 1} ${message}`),
  };
}

Deno.test("options become keys, in all forms that the clients take", () => {
  const { text, left } = converted(`# mine
image: tiny
lxc-options:
  - -c limits.memory=1GiB
  - -c
  - security.nesting=true
  - -cboot.autostart=false
  - --config=limits.cpu=2
  - --config raw.idmap=both 1000 1000
  - -d root,size=10GiB
  - -d eth0,ipv4.address=10.0.0.5
  - -d tty,type=unix-char,source=/dev/ttyUSB0
  - -p web
  - --target=node2
  - -q
  - --vm
properties: {a: b} # kept
`);
  assertEquals(left, []);
  assertEquals(
    text,
    `# mine
image: tiny
properties: {a: b} # kept
limits:
  memory: 1GiB
  cpu: '2'
  disk: 10GiB
config:
  security.nesting: 'true'
autostart: 'false'
idmap:
  - both 1000 1000
addresses:
  eth0:
    - 10.0.0.5
devices:
  tty:
    type: unix-char
    source: /dev/ttyUSB0
profiles:
  - default
  - web
target: node2
type: virtual-machine
`,
  );
});

Deno.test("options that have no key stay, each with its reason", () => {
  const { text, left } = converted(`config: {user.a: b}
lxc-options: [-s fast, "-d eth1,mtu=9000", -c user.c=d, "-c limits.cpu=(x)", -c user.e=]
`);
  assertEquals(left, [
    '2 "-s fast" stays in lxc-options: no key says it',
    '2 "-d eth1,mtu=9000" stays in lxc-options: no key changes a device of another profile',
    '2 "-c user.c=d" stays in lxc-options: the file has "config" already; add it there',
    '2 "-c limits.cpu=(x)" stays in lxc-options: the file has "config" already; add it there',
    '2 "-c user.e=" stays in lxc-options: it takes a key away that a profile has',
  ]);
  assertStringIncludes(text, "lxc-options: [-s fast,");
});

Deno.test("a file that includes others keeps its options, unless a flag says otherwise", () => {
  const text = "include: [b.yaml]\nlxc-options: [--vm]\n";
  const { text: same, left } = converted(text);
  assertEquals(same, text);
  assertStringIncludes(left[0]!, "the list replaces those of included files");
  assertEquals(converted(text, true).text, "include: [b.yaml]\ntype: virtual-machine\n");
});

Deno.test("a file without options stays the same", () => {
  assertEquals(converted("image: tiny\n"), { text: "image: tiny\n", left: [] });
});
