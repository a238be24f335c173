import { assertEquals, assertThrows } from "@std/assert";
import { StateError } from "../../../lib/base/errors.ts";
import {
  completeFields,
  defaultAlias,
  planPublish,
  type PublishOptions,
  versionOf,
} from "../../../lib/plan/lifecycle/publish.ts";
import { worldOf } from "../world_spec.ts";

const NONE = { architecture: "", os: "", variant: "", release: "", serial: "", description: "", name: "" };
const CONFIG = { name: "php", ostype: "alpine", description: "PHP\nand more" };
const PHP = { name: "php-3.22-1", architecture: "x86_64" };

Deno.test("completeFields() takes missing fields from configuration and name", () => {
  assertEquals(completeFields(NONE, PHP, CONFIG), {
    architecture: "x86_64",
    os: "alpine",
    variant: "php",
    release: "3.22-1",
    serial: "3.22-1",
    description: "PHP",
    name: "php-3.22-1",
  });
  const given = { ...NONE, architecture: "arm64", serial: "7", variant: "v" };
  const fields = completeFields(given, PHP, undefined);
  assertEquals([fields.architecture, fields.release, fields.variant, fields.os], ["aarch64", "7", "v", ""]);
});

Deno.test("defaultAlias() is made of the configuration, or is the instance's name", () => {
  assertEquals(defaultAlias(completeFields(NONE, PHP, CONFIG), PHP.name, CONFIG), "alpine-php-3.22-1");
  assertEquals(defaultAlias(completeFields(NONE, PHP, undefined), PHP.name, undefined), "php-3.22-1");
  assertEquals([versionOf("a"), versionOf("a1"), versionOf("a12b3.4_5-")], ["", "", "12"]);
});

function planned(more: Partial<PublishOptions>, status = "Stopped", aliases: readonly string[] = ["old"]) {
  const world = worldOf({ instances: [{ name: "c", project: "web", status }] });
  const images = [{ fingerprint: "f0", aliases, properties: {}, type: "container", architecture: "" }];
  return planPublish({
    instance: world.instances.get("web/c")!,
    alias: "new",
    fields: { ...NONE, os: "alpine" },
    compression: "",
    format: "",
    isPublic: false,
    reuse: false,
    force: false,
    stopSeconds: 5,
    random: "0123456789ab",
    run: "host m b 1 2",
    ...more,
  }, images).steps.map(({ effect }) => effect);
}

Deno.test("planPublish() tells how to start an instance that a run which was cut off has left stopped", () => {
  const config = { "user.lxops.restart": "true" };
  const { instances } = worldOf({ instances: [{ name: "c", project: "web", status: "Stopped", config }] });
  const error = assertThrows(() => planned({ instance: instances.get("web/c")!, alias: "old" }), StateError);
  assertEquals(error.advice.length, 2);
  assertEquals(error.advice[0]?.includes("with --reuse this command goes on"), true);
  assertEquals(
    planned({ instance: instances.get("web/c")!, alias: "old", reuse: true }).at(-2)?.kind,
    "send",
  );
});

Deno.test("planPublish() is one step for a stopped instance or a snapshot", () => {
  const body = { properties: { os: "alpine" }, public: false };
  const request = {
    ...{ kind: "publish", project: "web", alias: "new", moves: true, replaces: "" },
    ...{ method: "POST", path: "/1.0/images?project=web" },
    temporary: { alias: "new@new-012345", run: "host m b 1 2" },
  };
  assertEquals<unknown>(planned({}), [{
    ...request,
    body: { source: { type: "container", name: "c" }, ...body },
  }]);
  const more = { snapshot: "s", compression: "zstd", isPublic: true };
  assertEquals<unknown>(planned(more, "Running"), [{
    ...request,
    body: { source: { type: "snapshot", name: "c/s" }, ...body, public: true, compression_algorithm: "zstd" },
  }]);
});

Deno.test("planPublish() stops a running instance only where told to", () => {
  assertThrows(() => planned({}, "Running"), StateError, 'Instance "c" is running');
  assertEquals(planned({ force: true }, "Running").map(({ kind }) => kind), [
    "send",
    "stop",
    "publish",
    "send",
    "send",
  ]);
});

Deno.test("planPublish() moves an alias from another image only where told to, and deletes that with no other", () => {
  assertThrows(() => planned({ alias: "old" }), StateError, 'There is an image "old" already');
  const paths = (aliases: readonly string[]) =>
    planned({ alias: "old", reuse: true }, "Stopped", aliases).map((effect) =>
      effect.kind === "publish" ? `${effect.kind} ${effect.moves} ${effect.replaces}` : effect.kind
    );
  assertEquals(paths(["old"]), ["send", "publish true f0", "forget"]);
  assertEquals(paths(["old", "old@new-000000"]), ["send", "publish true f0", "forget"]);
  assertEquals(paths(["old", "more"]), ["publish true f0"]);
  // A run that is killed before the image goes leaves it with a name by which another finds it.
  const [mark, , end] = planned({ alias: "old", reuse: true });
  assertEquals<unknown>([mark, end], [
    {
      ...{ kind: "send", method: "POST", path: "/1.0/images/aliases?project=web" },
      body: { name: "old@old-012345", target: "f0", description: "lxops run host m b 1 2" },
    },
    { kind: "forget", project: "web", fingerprint: "f0", names: ["old@old-012345"] },
  ]);
});

Deno.test("planPublish() notes on an image what the user gives of the notes of lxops, and nothing else", () => {
  const notesOf = (properties: Readonly<Record<string, string>>) => {
    const [effect] = planned({ properties });
    return effect?.kind === "publish" ? effect.notes : "none";
  };
  assertEquals(notesOf({ org: "x" }), undefined);
  assertEquals(notesOf({ org: "x", "lxops.alias": "web", "lxops.key": "" }), { "lxops.alias": "web" });
});
