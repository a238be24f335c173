import { assertEquals, assertRejects } from "@std/assert";
import { ServerError } from "../../../lib/base/errors.ts";
import type { InstanceRef, InstanceServer } from "../../../lib/ports/mod.ts";
import { ACCOUNT_FILES } from "../../../lib/run/observe/account_files.ts";
import { LOSS_LIMITS, lossScript } from "../../../lib/run/observe/lost.ts";
import { prefetch } from "../../../lib/run/observe/prefetch.ts";
import { END } from "../../../lib/plan/drift/answer.ts";
import { memoryServer } from "../../fakes/memory_server.ts";
import { worldOf } from "../../plan/world_spec.ts";

const ALL = ["server", "instances default", "profiles default", "images default"];

Deno.test("prefetch() sends requests at once, and the first caller gets their answers", async () => {
  const server = memoryServer(worldOf({ instances: [{ name: "a" }], profiles: [{ name: "p" }] }));
  const ahead = prefetch(server, { project: "default", images: true });
  assertEquals(server.questions, ALL);
  assertEquals((await ahead.instances("default")).map(({ name }) => name), ["a"]);
  assertEquals((await ahead.profiles("default")).map(({ name }) => name), ["default", "p"]);
  assertEquals((await ahead.images("default")).map(({ aliases }) => aliases), [["tiny"]]);
  assertEquals((await ahead.server()).extensions, (await server.server()).extensions);
  assertEquals(server.questions, [...ALL, "server"]);
});

Deno.test("prefetch() sends new requests for later callers, and for other projects", async () => {
  const server = memoryServer(worldOf({}));
  const ahead = prefetch(server, { project: "default", images: false });
  const asked = server.questions.length;
  assertEquals(asked, 3);
  for (const project of ["default", "default", "web", undefined]) await ahead.instances(project);
  await ahead.images("default");
  assertEquals(server.questions.slice(asked), [
    "instances default",
    "instances web",
    "instances undefined",
    "images default",
  ]);
});

Deno.test("prefetch() gives errors only to the caller", async () => {
  const refuse = () => Promise.reject(new ServerError("not here", { status: 403 }));
  const ahead = prefetch({ ...memoryServer(worldOf({})), instances: refuse, profiles: refuse }, {
    project: "default",
    images: false,
  });
  await assertRejects(() => ahead.instances("default"), ServerError, "not here");
});

Deno.test("prefetch() lets who peeks leave the instances for the next, and asks once for each project", async () => {
  const server = memoryServer(worldOf({ instances: [{ name: "a" }] }));
  const ahead = prefetch(server, { project: "default", images: false });
  for (const project of ["default", "web"]) {
    const seen = await ahead.peek(project);
    assertEquals(await ahead.peek(project), seen);
    assertEquals(await ahead.instances(project), seen);
  }
  assertEquals(server.questions.filter((one) => one.startsWith("instances")), [
    "instances default",
    "instances web",
  ]);
  await ahead.instances("default");
  assertEquals(server.questions.at(-1), "instances default");
});

Deno.test("prefetch() lets who peeks at a project have its part of all instances", async () => {
  const server = memoryServer(worldOf({ instances: [{ name: "a" }, { name: "b", project: "web" }] }));
  const ahead = prefetch(server, { project: "default", images: false, everywhere: true });
  assertEquals((await ahead.peek("web")).map(({ name }) => name), ["b"]);
  assertEquals((await ahead.instances(undefined)).length, 2);
  assertEquals(server.questions.filter((one) => one.startsWith("instances")), ["instances undefined"]);
});

Deno.test("prefetch() requests locked objects once it has the locks", async () => {
  const server = memoryServer(worldOf({ instances: [{ name: "a" }] }));
  const locked = Promise.withResolvers<readonly InstanceRef[]>();
  const ahead = prefetch(server, { project: "default", images: true, locked: locked.promise });
  assertEquals(server.questions, ["server", "images default"]);
  const peeked = ahead.peek("default");
  locked.resolve([{ project: "default", name: "a" }]);
  assertEquals((await peeked).map(({ name }) => name), ["a"]);
  assertEquals(server.questions.slice(2), ["instances default", "profiles default"]);
  await Promise.all([ahead.instances("default"), ahead.profiles("default"), ahead.images("default")]);
  assertEquals(server.questions.length, 4);
});

Deno.test("prefetch() requests locked objects later where it gets no locks, and forgets answers on request", async () => {
  for (
    const locked of [Promise.resolve(undefined), Promise.reject(new ServerError("not here", { status: 403 }))]
  ) {
    const server = memoryServer(worldOf({}));
    const ahead = prefetch(server, { project: "default", images: true, locked });
    await ahead.peek("default");
    assertEquals(server.questions, ["server", "images default", "instances default"]);
    ahead.forget("locked");
    await ahead.instances("default");
    await ahead.images("default");
    assertEquals(server.questions.slice(3), ["instances default"]);
    ahead.forget("everything");
    await ahead.server();
    assertEquals(server.questions.slice(4), ["server"]);
  }
});

Deno.test("prefetch() reads the users of locked instances once, and only for who asks for the same instance", async () => {
  const server = memoryServer(worldOf({ instances: [{ name: "a" }] }));
  const reads: string[] = [];
  const readBoth = (info: Pick<InstanceRef, "name">) => {
    reads.push(info.name);
    return info.name === "stopped"
      ? Promise.reject(new ServerError("it is not running", { status: 400 }))
      : Promise.resolve([{ text: info.name }, { text: "" }] as const);
  };
  const refs = ["a", "stopped"].map((name) => ({ project: "default", name }));
  const locked = Promise.resolve(refs);
  const ahead = prefetch({ ...server, readBoth }, {
    project: "default",
    images: false,
    locked,
    accounts: true,
  });
  await ahead.peek("default");
  assertEquals(reads, ["a", "stopped"]);
  const ask = (name: string) => ahead.readBoth({ project: "default", name }, ACCOUNT_FILES, 10);
  assertEquals((await ask("a"))?.[0], { text: "a" });
  assertEquals(reads.length, 2);
  assertEquals((await ask("a"))?.[0], { text: "a" });
  assertEquals((await ask("b"))?.[0], { text: "b" });
  assertEquals(reads.slice(2), ["a", "b"]);
  await assertRejects(() => ask("stopped"), ServerError, "not running");
  ahead.forget("locked");
  assertEquals(reads.length, 4);
});

/** A daemon whose instances have one user, and lose one file. */
function inhabited(answer = "/etc/passwd\tx:1\n/etc/group\ty:2\naccounts\ntotal\t1\t5\n") {
  const server = memoryServer(worldOf({
    instances: ["a", "b", "off"].map((name) => ({ name, status: name === "off" ? "Stopped" : "Running" })),
  }));
  const asked: string[] = [];
  const look: InstanceServer["look"] = async ({ name }, script, _limits, onBytes) => {
    const known = await script;
    if (known === "") throw new ServerError("not running", { status: 400, request: "exec" });
    asked.push(`${name} ${known.includes("lxops_accounts") ? "both" : "loss"}`);
    const text = `${answer}${END}\n`;
    onBytes?.(new TextEncoder().encode(text));
    return { text };
  };
  const readBoth = ({ name }: Pick<InstanceRef, "name">) => {
    asked.push(`${name} accounts`);
    return Promise.resolve([{ text: "read" }, { text: "" }] as const);
  };
  const ahead = async (names: readonly string[]) => {
    const early = prefetch({ ...server, look, readBoth }, {
      project: "default",
      images: false,
      locked: Promise.resolve(names.map((name) => ({ project: "default", name }))),
      accounts: true,
      loss: true,
    });
    const [a, b] = await early.peek("default");
    return { early, a: a!, b: b! };
  };
  return { asked, ahead };
}

Deno.test("prefetch() looks once into a locked running instance, for its users and for lost files", async () => {
  const { asked, ahead } = inhabited();
  const { early, a } = await ahead(["a", "off"]);
  assertEquals(await early.readBoth(a, ACCOUNT_FILES, 10), [{ text: "x:1\n" }, { text: "y:2\n" }]);
  assertEquals((await early.look(a, lossScript(a), LOSS_LIMITS)).text?.includes("total"), true);
  assertEquals(asked, ["a both"]);
  assertEquals((await early.readBoth(a, ACCOUNT_FILES, 10))?.[0], { text: "read" });
  await early.look(a, lossScript(a), LOSS_LIMITS);
  await early.look(a, "true", LOSS_LIMITS);
  assertEquals(asked.slice(1), ["a accounts", "a loss", "a loss"]);
});

Deno.test("prefetch() reads users on their own where a look does not tell both files whole", async () => {
  const { asked, ahead } = inhabited("/etc/passwd\tx:1\n/etc/group\ty:2\n");
  const { early, a } = await ahead(["a"]);
  assertEquals((await early.readBoth(a, ACCOUNT_FILES, 10))?.[0], { text: "read" });
  assertEquals(asked, ["a both", "a accounts"]);
});

Deno.test("prefetch() forgets a look where the lock came later, and begins none into many instances", async () => {
  const { asked, ahead } = inhabited();
  const { early, b } = await ahead(["b"]);
  await early.look(b, lossScript(b), LOSS_LIMITS);
  early.forget("locked");
  await early.look(b, lossScript(b), LOSS_LIMITS);
  assertEquals(asked, ["b both", "b loss"]);
  const many = await ahead(Array.from({ length: 9 }, (_, at) => at === 0 ? "a" : `x${at}`));
  await many.early.look(many.a, lossScript(many.a), LOSS_LIMITS);
  assertEquals(asked.filter((one) => one.startsWith("a ")), ["a accounts", "a loss"]);
});
