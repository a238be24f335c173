import { assertEquals, assertThrows } from "@std/assert";
import { JobError } from "../../../lib/plan/ci/job_error.ts";
import { hostsStep, parseServices, serviceAddress, serviceSteps } from "../../../lib/plan/ci/services.ts";
import { parseSettings } from "../../../lib/plan/ci/settings.ts";
import type { Step } from "../../../lib/step/step.ts";
import { until } from "../../support/until.ts";

const SETTINGS = parseSettings(
  "ci.yaml",
  'services: [{name: "postgres:*", image: pg, port: 5432}, "group/redis:*"]\nmost-services: 2\n',
);

function servicesOf(...written: readonly object[]) {
  return parseServices(JSON.stringify(written), SETTINGS, "ci.yaml");
}

Deno.test("parseServices() gives a service the names that GitLab does", () => {
  const [first, second] = servicesOf(
    { name: "postgres:12", alias: "db", entrypoint: null, command: ["a", "b c"], variables: { A: "1" } },
    { name: "group/redis:7", alias: "", entrypoint: null, command: null },
  );
  assertEquals(first, { image: "pg", names: ["db"], port: 5432, argv: ["a", "b c"], env: { A: "1" } });
  assertEquals(second, { image: "group/redis:7", names: ["group__redis", "group-redis"], port: 0, env: {} });
  assertEquals(parseServices("", SETTINGS, "ci.yaml"), []);
});

Deno.test("parseServices() takes several aliases, as GitLab does, with commas or spaces between them", () => {
  const names = (alias: string) => servicesOf({ name: "postgres:1", alias })[0]?.names;
  assertEquals([names("a,b"), names("a b"), names(", "), names("")], [
    ["a", "b"],
    ["a", "b"],
    ["postgres"],
    ["postgres"],
  ]);
});

Deno.test("serviceSteps() starts no second program where the runner prepares a job again", async () => {
  const directory = await Deno.makeTempDir();
  const [service] = servicesOf({ name: "postgres:1", command: ["sh", "-c", `echo a >>${directory}/ran`] });
  const [{ effect }] = serviceSteps({ project: "default", name: "s" }, service!, 10) as [Step];
  const [shell, ...args] = (effect as { readonly argv: readonly string[] }).argv.map((one) =>
    one.replaceAll("/var/log", directory)
  );
  try {
    for (let call = 0; call < 2; call++) {
      assertEquals((await new Deno.Command(shell!, { args }).output()).code, 0);
      await until(() => Deno.stat(`${directory}/ran`).then(() => true, () => false));
    }
    assertEquals(await Deno.readTextFile(`${directory}/ran`), "a\n");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("parseServices() refuses services that are not allowed or have a wrong form", () => {
  const one = { name: "postgres:1" };
  const rows: readonly [readonly object[], string][] = [
    [[{ name: "mysql:5" }], 'The job may not have the service "mysql:5"'],
    [[one, one, one], 'The job has 3 services, and "ci.yaml" allows 2'],
    [[{ ...one, alias: "a/b" }], 'The alias "a/b" of a service is no name of a host'],
    [[{ ...one, alias: "a\n10.0.0.1 gitlab.com" }], "The alias"],
    [[{ ...one, variables: { "A-B": "1" } }], 'The variable "A-B" of a service cannot be set'],
    [[{ ...one, command: ["a\0b"] }], "The command of a service has a zero byte"],
    [[{ ...one, command: "ls" }], "The services of the job cannot be read"],
  ];
  for (const [written, message] of rows) assertThrows(() => servicesOf(...written), JobError, message);
  assertThrows(() => parseServices("{", SETTINGS, "ci.yaml"), JobError, "CI_JOB_SERVICES is no JSON");
});

Deno.test("serviceSteps() passes words on as they are, and waits for the port", () => {
  const instance = { project: "default", name: "s" };
  const [service] = servicesOf({ name: "postgres:1", command: ["sh", "-c", "$(reboot); '"] });
  const [start, wait] = serviceSteps(instance, service!, 10);
  const effect = start!.effect as { readonly argv: readonly string[] };
  assertEquals(effect.argv.slice(3), ["sh", "s", "sh", "-c", "$(reboot); '"]);
  assertEquals(wait?.title, "Wait for port 5432 of s");
});

Deno.test("hostsStep() writes the lines over standard input", () => {
  const { effect } = hostsStep({ project: "", name: "j" }, [{ names: ["a", "b"], address: "10.0.0.2" }]);
  assertEquals((effect as { readonly stdin?: string }).stdin, "10.0.0.2 a b # lxops-ci\n");
});

Deno.test("serviceAddress() prefers a global address of IPv4", () => {
  const address = (family: "inet" | "inet6", scope: "global" | "link", address: string) => (
    { family, scope, address, interface: "eth0" }
  );
  const six = address("inet6", "global", "fd00::1");
  assertEquals(serviceAddress([address("inet6", "link", "fe80::1"), six]), "fd00::1");
  assertEquals(serviceAddress([six, address("inet", "global", "10.0.0.1")]), "10.0.0.1");
  assertEquals(serviceAddress([]), undefined);
});
