/**
 * The network of a rehearsal, which leads to no other one and to no service of the host.
 *
 * @module
 */
import { send, sendEffect } from "../../step/build.ts";
import type { Step } from "../../step/step.ts";
import { createClosedAcl, createIsolatedNetwork, deleteAcl, deleteNetwork } from "../requests/networks.ts";
import type { World } from "../world.ts";
import type { Stage } from "./stage.ts";

/** The extension of daemons that have access lists. */
const ACLS = "network_acl";

/** Tells whether the network of a rehearsal can be closed to services of the host. */
export function closesNetwork({ server }: Pick<World, "server">): boolean {
  return server.extensions.has(ACLS);
}

/** Plans the network, and its access list where the daemon has these. */
export function networkSteps({ copy, network, random }: Stage, world: World): readonly Step[] {
  const { project } = copy.instance;
  const isClosed = closesNetwork(world);
  const number = parseInt(random, 16) % 512;
  return [
    ...(isClosed
      ? [
        send(`Create access list ${network}, which lets nothing through`, createClosedAcl(project, network), {
          undo: sendEffect(deleteAcl(project, network)),
        }),
      ]
      : []),
    send(
      `Create network ${network}, which leads to this machine only`,
      createIsolatedNetwork(project, network, number, isClosed),
      { undo: sendEffect(deleteNetwork(project, network)) },
    ),
  ];
}
