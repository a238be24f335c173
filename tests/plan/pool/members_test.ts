import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { ConfigError } from "../../../lib/base/errors.ts";
import { hostKeysOf } from "../../../lib/plan/pool/identity.ts";
import { instanceOf, leaseContent, leaseFor, leaseName, leaseOf } from "../../../lib/plan/pool/lease.ts";
import { isFree, isMember, leasesOf } from "../../../lib/plan/pool/members.ts";
import { generationOf } from "../../../lib/plan/pool/generation.ts";
import { memberName, poolProblem } from "../../../lib/plan/pool/names.ts";
import { planMember } from "../../../lib/plan/pool/steps.ts";
import { specOf, specText } from "../../../lib/plan/pool/spec.ts";
import { member, SPEC } from "../../support/pool_commands.ts";

Deno.test("isFree() hands out only instances that are ready, and what they were made as", () => {
  const ready = member("p-1", "ready", "Running");
  const copy = { ...ready, config: { ...ready.config, "volatile.uuid": "another" } };
  assertEquals(isFree(ready, "p"), true);
  assertEquals(isFree({ ...ready, name: "p-2" }, "p"), false);
  assertEquals(isFree(copy, "p"), false);
  assertEquals(isFree({ ...ready, status: "Error" }, "p"), false);
  assertEquals(isFree(member("p-1", "leased", "Running"), "p"), false);
  assertEquals(isFree(member("p-1", "warming", "Running"), "p"), false);
});

Deno.test("isMember() tells pools apart whose names begin alike, and knows copies", () => {
  const one = member("p-1", "ready");
  assertEquals([isMember(one, "p"), isMember(one, "p-1"), isMember(one, "")], [true, false, false]);
  const fresh = member("p-1", "warming");
  assertEquals([isMember(fresh, "p"), isMember({ ...fresh, name: "copy" }, "p")], [true, false]);
});

Deno.test("leasesOf() takes only profiles that are leases of the pool", () => {
  const of = (pool: string, instance: string) =>
    leaseContent(
      { lease: `${instance}.0`, pool, instance, owner: "me", uuid: "", snapshots: "" },
      "2026-01-01T00:00:00Z",
    );
  const profiles = [
    { name: "lxops-lease-p-1", ...of("p", "p-1") },
    { name: "lxops-lease-p-2", ...of("p", "p-3") },
    { name: "lxops-lease-q-1", ...of("p-q", "q-1") },
    { name: "lxops-lease-x", config: {} },
    { name: "other", ...of("p", "p-4") },
  ];
  assertEquals([...leasesOf("p", profiles).keys()], ["p-1"]);
});

Deno.test("instanceOf() reads the instance of a lease, and nothing else", () => {
  const lease = leaseName("p-q-1", "01234567-89ab-cdef-0123-456789abcdef");
  assertEquals(instanceOf(lease), "p-q-1");
  for (
    const bad of ["", "p", "p.", "p.short", "../x.0123456789abcdef01234567", "p/1.0123456789abcdef01234567"]
  ) {
    assertEquals(instanceOf(bad), undefined);
  }
  assertEquals(leaseOf({ config: {} }), undefined);
});

const [ED25519, RSA] = [`ssh-ed25519 ${"A".repeat(68)}`, `ssh-rsa ${"B".repeat(372)}`];

Deno.test("leaseFor() leaves out addresses and keys that are none, as they go into files of whoever takes", () => {
  const config = {
    "user.lxops.pool.addresses": "* -oProxyCommand=x 10.0.0.7\n* 10.0.0.8 @cert-authority",
    "user.lxops.pool.ssh": `${ED25519} x,ssh-ed25519 A,${RSA},cert-authority ${RSA}`,
  };
  const record = { lease: "p-1.0", owner: "me", expires: "2026-01-01T00:00:00.000Z" };
  const { addresses, ssh } = leaseFor({ name: "p-1", project: "ci", config }, record, {
    pool: "p",
    sshUser: "ci",
  });
  assertEquals([addresses, ssh?.known_hosts], [["10.0.0.8"], `10.0.0.8 ${RSA}`]);
});

Deno.test("leaseFor() has known_hosts lines for each address and key", () => {
  const config = {
    "user.lxops.pool.addresses": "10.0.0.7 fd00::7",
    "user.lxops.pool.ssh": `${ED25519},${RSA}`,
  };
  const record = { lease: "p-1.0", owner: "me", expires: "2026-01-01T00:00:00.000Z" };
  assertEquals(leaseFor({ name: "p-1", project: "ci", config }, record, { pool: "p", sshUser: "ci" }), {
    ...record,
    instance: "p-1",
    project: "ci",
    pool: "p",
    addresses: ["10.0.0.7", "fd00::7"],
    ssh: {
      user: "ci",
      host: "10.0.0.7",
      port: 22,
      known_hosts: `10.0.0.7 ${ED25519}\n10.0.0.7 ${RSA}\nfd00::7 ${ED25519}\nfd00::7 ${RSA}`,
    },
  });
});

Deno.test("hostKeysOf() takes nothing else that a guest prints", () => {
  const key = `ssh-ed25519 ${"A".repeat(68)}`;
  const bad = [
    "hello",
    `${key} comment`,
    `${key}\u001b[2J`,
    `evil ${key}`,
    "ssh-ed25519 ",
    `ssh-ed25519 ${"A".repeat(9000)}`,
  ];
  assertEquals(hostKeysOf([...bad, key, ...Array.from({ length: 20 }, () => key)]).length, 8);
  assertEquals(hostKeysOf(bad), []);
});

Deno.test("memberName() fits what daemons take as names, for the longest pool", () => {
  const pool = "p".repeat(36);
  assertEquals(poolProblem(pool), undefined);
  const name = memberName(pool, "0123abcd-4567-89ab-cdef-0123456789ab", 1295);
  assertMatch(name, /^p{36}-[0-9a-z]{14}$/);
  assertEquals(`lxops-lease-${name}`.length <= 64, true);
  assertEquals(memberName("p", "0123abcd-4567"), "p-0123abcd456700");
});

Deno.test("poolProblem() refuses names that daemons or shells would not take", () => {
  for (const bad of ["", "1p", "-p", "p-", "p.q", "p/q", "p q", "p".repeat(37), "\u00e4"]) {
    assertMatch(poolProblem(bad) ?? "", /./);
  }
});

Deno.test("specOf() reads what specText() wrote, and names the profile of what it cannot read", () => {
  const config = { "user.lxops.pool.spec": specText(SPEC) };
  assertEquals(specOf({ name: "lxops-pool-p", config }, "default"), SPEC);
  assertEquals(specOf({ name: "default", config: {} }, "default"), undefined);
  for (const text of ["", "{}", "[]", '{"version":2}', specText(SPEC).replace('"size":0', '"size":-1')]) {
    const read = () => specOf({ name: "lxops-pool-p", config: { "user.lxops.pool.spec": text } }, "default");
    assertThrows(read, ConfigError, "profile lxops-pool-p");
  }
  assertThrows(() => specOf({ name: "lxops-pool-q", config }, "default"), ConfigError, 'pool "p"');
});

Deno.test("specOf() follows no definition that leads out of its project, or that a program would take for a flag", () => {
  const bad: readonly [key: string, value: unknown, reason: string][] = [
    ["project", "other", "another project"],
    ["pool", "../x", "no name of a pool"],
    ["sshUser", "-oProxyCommand=id", "no name of a user at sshUser"],
    ["resolves", "-x", "no name of a host"],
    ["image", "a\u001b[2J", "no name at image"],
    ["profiles", [""], "no name at profiles.0"],
    ["config", { "user.lxops.pool.uuid": "1" }, "only lxops and the daemon set at config"],
    ["config", { "volatile.uuid": "1" }, "only lxops and the daemon set at config"],
    ["program", [], "program"],
    ["program", ["id"], "mode self"],
    ["max", 0, "max 0 is less than size 1"],
    ["mode", "self", "mode self"],
  ];
  const base = { ...SPEC, size: 1, reset: "snapshot" };
  for (const [key, value, reason] of bad) {
    const text = JSON.stringify({ ...base, [key]: value });
    const read = () => specOf({ name: "lxops-pool-p", config: { "user.lxops.pool.spec": text } }, "default");
    assertThrows(read, ConfigError, reason);
  }
});

Deno.test("a definition has no steps: what somebody writes there is not carried out", () => {
  const step = { title: "x", effect: { kind: "run", argv: ["sh", "-c", "id"] } };
  const text = JSON.stringify({ ...SPEC, setup: [step] });
  const spec = specOf({ name: "lxops-pool-p", config: { "user.lxops.pool.spec": text } }, "default")!;
  assertEquals(spec, SPEC);
  const making = { spec, generation: "1", fingerprint: "f00d", extensions: new Set<string>(), random: "0" };
  const kinds = planMember("p-1", making).steps.map(({ effect }) => effect.kind);
  assertEquals(kinds, ["send", "send", "pool"]);
});

Deno.test("generationOf() changes with everything that makes an instance, and with nothing else", () => {
  const profile = (value: string) => [{ name: "default", config: { a: value, b: "1" }, devices: {} }];
  const base = generationOf(SPEC, "f00d", profile("1"));
  assertEquals(
    generationOf({ ...SPEC, size: 5, max: 9, leaseSeconds: 1, enabled: false }, "f00d", profile("1")),
    base,
  );
  assertEquals(
    generationOf(SPEC, "f00d", [{ devices: {}, config: { b: "1", a: "1" }, name: "default" }, {
      name: "other",
      config: {},
      devices: {},
    }]),
    base,
  );
  const others = [
    generationOf(SPEC, "beef", profile("1")),
    generationOf(SPEC, "f00d", profile("2")),
    generationOf({ ...SPEC, config: { "limits.cpu": "1" } }, "f00d", profile("1")),
    generationOf({ ...SPEC, ready: "frozen" }, "f00d", profile("1")),
  ];
  assertEquals(new Set([base, ...others]).size, 5);
});
