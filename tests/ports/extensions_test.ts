/** Tests the message about a missing extension of the API, for each that lxops uses beyond the oldest. */
import { assert, assertEquals } from "@std/assert";
import { needExtension } from "../../lib/cli/shared/extensions.ts";
import { ServerError } from "../../lib/base/errors.ts";
import { BASE_EXTENSION } from "../../lib/ports/extensions.ts";
import { checkOptions } from "../../lib/plan/instance/resolve/requirements.ts";
import type { LxcOptions } from "../../lib/plan/instance/resolve/lxc_options.ts";
import type { InstanceServer, ServerInfo } from "../../lib/ports/mod.ts";
import { fakeDaemon } from "../fakes/fake_daemon.ts";
import { rejection } from "../support/rejection.ts";
import { worldOf } from "../plan/world_spec.ts";

const CREATED: LxcOptions = {
  config: {},
  devices: {},
  profiles: [],
  noProfiles: false,
  ephemeral: false,
  vm: false,
};

function creating(options: Partial<LxcOptions>): (server: InstanceServer) => Promise<unknown> {
  return async (server) =>
    checkOptions({ ...CREATED, ...options }, { ...worldOf({}), server: await server.server() });
}

/** Features that need an extension, their names in the message, and a way to check for each. */
const USES: readonly [string, string, (server: InstanceServer) => Promise<unknown>][] = [
  [BASE_EXTENSION, "lxops", (server) => server.instances("default")],
  ["projects", "-project", (server) => server.projects()],
  [
    "instance_all_projects",
    "looking at all projects",
    (server) => needExtension(server, "instance_all_projects", "looking at all projects"),
  ],
  [
    "instance_publish_split",
    "-format split",
    (server) => needExtension(server, "instance_publish_split", "-format split"),
  ],
  ["virtual-machines", "type: virtual-machine (--vm)", creating({ vm: true })],
  ["clustering", "target: MEMBER (--target)", creating({ target: "m2" })],
  ["clustering_groups", "target: @GROUP (--target)", creating({ target: "@fast" })],
];

/** Extensions of servers, as far as lxops uses them beyond the oldest. */
const SERVERS: Readonly<Record<string, readonly string[]>> = {
  "lxd 3.18": ["projects", "clustering"],
  "lxd 4.0": ["projects", "clustering", "instances", "virtual-machines"],
  "lxd 5.0": [
    ...["projects", "clustering", "instances", "virtual-machines", "instance_all_projects"],
    "clustering_groups",
  ],
};

for (const [name, extensions] of Object.entries(SERVERS)) {
  for (const [extension, what, use] of USES) {
    const has = extensions.includes(extension);
    const title = has ? `lets ${what} pass` : `says that "${extension}" is lacking, which ${what} needs`;
    Deno.test(`checkExtension() of a server like ${name} ${title}`, async () => {
      const [server, version] = name.split(" ");
      await using daemon = await fakeDaemon({
        "GET /1.0": {
          metadata: {
            api_extensions: extensions,
            auth: "trusted",
            environment: { server, server_version: version, server_clustered: true },
          },
        },
        // Servers without the endpoint answer 404, as the fake does for what it has no rule for.
        ...(extensions.includes("instances") ? { "GET /1.0/instances": { metadata: [] } } : {}),
        ...(extensions.includes("projects") ? { "GET /1.0/projects": { metadata: [] } } : {}),
      });
      const using = use((await daemon.connect()).server);
      if (has) return void await using;
      const error = await rejection(using, ServerError);
      assertEquals(error.message, `This server lacks "${extension}", which ${what} needs`);
      assertEquals(error.advice, [`It is ${name}; a later version may have it`]);
    });
  }
}

Deno.test("a missing list is reported in the daemon's words where no extension is missing", async () => {
  await using daemon = await fakeDaemon({ "GET /1.0": { metadata: { api_extensions: ["instances"] } } });
  const error = await rejection((await daemon.connect()).server.instances("nowhere"), ServerError);
  assertEquals(error.status, 404);
  assert(error.message.startsWith("not found (GET /1.0/instances?project=nowhere&recursion=1, status 404)"));
});

Deno.test("a server that does not say whether it is clustered is asked for a member all the same", () => {
  const { server: { clustered: _, ...server } }: { server: ServerInfo } = worldOf({});
  checkOptions({ ...CREATED, target: "m2" }, { ...worldOf({}), server });
});
