import { assertEquals, assertStringIncludes } from "@std/assert";
import { ServerError, TimeoutError } from "../../../lib/base/errors.ts";
import { look } from "../../../lib/adapters/transport/answer.ts";
import { openSocket } from "../../../lib/adapters/transport/unix_socket.ts";
import type { InstanceServer } from "../../../lib/ports/mod.ts";
import { fakeBackend, fakeDaemon, refused, type Rules } from "../../fakes/fake_daemon.ts";
import { rejection } from "../../support/rejection.ts";

async function ask<T>(
  rules: Rules,
  read: (server: InstanceServer) => Promise<T>,
): Promise<[T, readonly string[]]> {
  await using daemon = await fakeDaemon(rules);
  const answer = await read((await daemon.connect()).server);
  return [answer, daemon.asked()];
}

const c1 = { project: "p", name: "c1" };
const rawInstance = {
  name: "c1",
  status: "Running",
  type: "container",
  created_at: "2026-01-02T03:04:05Z",
  config: { "user.a": "b" },
  devices: null,
  expanded_devices: { eth0: { type: "nic" } },
  snapshots: [{ name: "s1" }, { name: "c1/s2" }],
  state: {
    status: "Running",
    network: {
      eth0: {
        addresses: [
          { family: "inet", address: "10.0.0.2", netmask: "24", scope: "global" },
          { family: "smell", address: 4 },
        ],
      },
      lo: { addresses: null },
    },
  },
};

Deno.test("instances() asks once for all instances with their state", async () => {
  const [instances, asked] = await ask(
    { "GET /1.0/instances": { metadata: [rawInstance] } },
    (server) => server.instances("p", { state: true }),
  );
  assertEquals(asked, ["GET /1.0/instances?project=p&recursion=2"]);
  assertEquals(instances, [{
    name: "c1",
    project: "p",
    type: "container",
    status: "Running",
    ephemeral: false,
    description: "",
    architecture: "",
    createdAt: "2026-01-02T03:04:05Z",
    profiles: [],
    config: { "user.a": "b" },
    devices: {},
    expandedConfig: {},
    expandedDevices: { eth0: { type: "nic" } },
    addresses: [{ family: "inet", address: "10.0.0.2", scope: "global", interface: "eth0" }],
    snapshots: ["s1", "s2"],
  }]);
});

Deno.test("instance() and instanceState() return nothing where there is no such instance", async () => {
  const rules = { "GET /1.0/instances/c1": refused(404, "Instance not found") };
  assertEquals((await ask(rules, (server) => server.instance(c1)))[0], undefined);
  assertEquals((await ask(rules, (server) => server.instanceState(c1)))[0], undefined);
});

Deno.test("instanceState() tells status and addresses", async () => {
  const [state, asked] = await ask(
    { "GET /1.0/instances/c1/state": { metadata: { status: "Stopped", network: null } } },
    (server) => server.instanceState(c1),
  );
  assertEquals(state, { status: "Stopped", addresses: [] });
  assertEquals(asked, ["GET /1.0/instances/c1/state?project=p"]);
});

Deno.test("an instance that says by itself that it is ready is one that runs", async () => {
  const rules = { "GET /1.0/instances/c1": { metadata: { ...rawInstance, status: "Ready" } } };
  assertEquals((await ask(rules, (server) => server.instance(c1)))[0]?.status, "Running");
});

Deno.test("profiles(), projects() and images() ask once each and take null for empty", async () => {
  const rules: Rules = {
    "GET /1.0/profiles": { metadata: [{ name: "default", config: null, used_by: null }] },
    "GET /1.0/projects": { metadata: [{ name: "default", config: { "features.images": "true" } }] },
    "GET /1.0/images": { metadata: [{ fingerprint: "abc", aliases: [{ name: "tiny" }] }] },
  };
  const [profiles, asked] = await ask(rules, (server) => server.profiles("p"));
  assertEquals(asked, ["GET /1.0/profiles?project=p&recursion=1"]);
  assertEquals(profiles, [
    { name: "default", project: "p", description: "", config: {}, devices: {}, usedBy: [] },
  ]);
  const [projects] = await ask(rules, (server) => server.projects());
  assertEquals(projects, [{ name: "default", config: { "features.images": "true" } }]);
  const [images] = await ask(rules, (server) => server.images("p"));
  assertEquals(images, [{
    fingerprint: "abc",
    aliases: ["tiny"],
    properties: {},
    type: "",
    architecture: "",
    isPublic: false,
    size: 0,
    uploadedAt: "",
  }]);
  const [none] = await ask({ "GET /1.0/images": { metadata: null } }, (server) => server.images("p"));
  assertEquals(none, []);
});

Deno.test("server() returns the daemon's kind and features", async () => {
  const metadata = {
    api_extensions: ["a", "b"],
    auth: "trusted",
    config: { "core.https_address": ":8443", "core.x": 1 },
    environment: {
      server: "lxd",
      server_version: "5.0.2",
      architectures: ["x86_64", "i686"],
      kernel_version: "6.1",
      kernel_features: { shiftfs: "false" },
    },
  };
  const [server] = await ask({ "GET /1.0": { metadata } }, (server) => server.server());
  assertEquals(server, {
    extensions: new Set(["a", "b"]),
    server: "lxd",
    version: "5.0.2",
    architectures: ["x86_64", "i686"],
    kernel: { shiftfs: "false" },
    kernelVersion: "6.1",
    config: { "core.https_address": ":8443", "core.x": "1" },
  });
});

Deno.test("server() throws when the daemon does not trust the client", async () => {
  const reading = ask({ "GET /1.0": { metadata: { auth: "untrusted" } } }, (server) => server.server());
  assertStringIncludes((await rejection(reading, ServerError)).message, "does not trust this client");
});

Deno.test("get() returns any metadata, and nothing on 404 only", async () => {
  const rules = { "GET /1.0/networks": { metadata: ["x"] }, "GET /1.0/warnings": refused(403, "Forbidden") };
  assertEquals((await ask(rules, (server) => server.get("/1.0/networks?recursion=1")))[0], ["x"]);
  assertEquals((await ask(rules, (server) => server.get("/1.0/none")))[0], undefined);
  assertEquals(
    (await rejection(ask(rules, (server) => server.get("/1.0/warnings")), ServerError)).status,
    403,
  );
});

Deno.test("reads say where an answer has an unexpected form", async () => {
  const list = ask(
    { "GET /1.0/instances": { metadata: [{ name: "c1" }] } },
    (server) => server.instances("p"),
  );
  const error = await rejection(list, ServerError);
  assertStringIncludes(error.message, "unexpected answer to GET /1.0/instances?project=p&recursion=1");
  assertStringIncludes(error.message, "at 0.status");
});

Deno.test("get() does not take a 404 of something that is no daemon for an answer", async () => {
  const rules = { "GET /1.0/none": { text: "<html>", status: 404 } };
  const error = await rejection(ask(rules, (server) => server.get("/1.0/none")), ServerError);
  assertStringIncludes(error.message, 'unexpected answer to GET /1.0/none (status 404): "<html>"');
  assertEquals(error.exitCode, 4);
});

Deno.test("reads say that the daemon is gone and how to start it", async () => {
  await using daemon = await fakeDaemon({});
  const { server } = await daemon.connect();
  await Deno.remove(daemon.socket);
  const error = await rejection(server.instances("p"), ServerError);
  assertEquals(error.message, `Cannot reach Fake at "${daemon.socket}": No such file or directory`);
  assertStringIncludes(error.advice.join("\n"), "systemctl start fake");
});

Deno.test("look() gives up on a daemon that does not answer", async () => {
  await using daemon = await fakeDaemon({ "GET /1.0": () => new Promise(() => {}) });
  const endpoint = openSocket(fakeBackend, daemon.socket, []);
  const error = await rejection(look(endpoint, "/1.0", 50), TimeoutError);
  assertEquals(error.message, `Fake at "${daemon.socket}" did not answer GET /1.0 within 0.05 s`);
  endpoint.close();
});
