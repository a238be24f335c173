/**
 * The daemon of a warm-up, as answers to requests.
 *
 * @module
 */

import { poolKeys, profileConfig, WAITING } from "./pool.ts";

/** The instance that exists. */
const MADE = "made";

const IDMAP = JSON.stringify([
  { Isuid: true, Isgid: false, Hostid: 1000000, Nsid: 0, Maprange: 1000000000 },
  { Isuid: false, Isgid: true, Hostid: 1000000, Nsid: 0, Maprange: 1000000000 },
]);

const FINGERPRINT = "0".repeat(64);

const SERVER = {
  auth: "trusted",
  api_extensions: ["instances", "instance_rebuild", "projects", "resources", "storage_api_project"],
  environment: { server: "incus", server_version: "6.0", architectures: ["x86_64"], storage: "dir" },
} as const;

const DISKS: Readonly<Record<string, unknown>> = Object.fromEntries(
  [["etc", "/etc/opt"], ["home", "/home"]].map(([id = "", path]) => [
    id,
    { type: "disk", path, source: `/warm/data/${MADE}/${id}` },
  ]),
);

const BASE = {
  eth0: { type: "nic", name: "eth0", network: "bridge" },
  root: { type: "disk", path: "/", pool: "default" },
} as const;

const PROFILES = [
  { name: "default", project: "default", config: {}, devices: BASE },
  { name: `${MADE}.lxops`, project: "default", config: { "user.lxops.devices": "etc,home" }, devices: DISKS },
] as const;

const CONFIG = {
  "image.os": "alpine",
  "user.lxops.config": `/warm/${MADE}.yaml`,
  "user.lxops.image": "warm",
  "volatile.base_image": FINGERPRINT,
  "volatile.eth0.hwaddr": "10:66:6a:00:00:01",
  "volatile.idmap.current": IDMAP,
  "volatile.idmap.next": IDMAP,
  "volatile.last_state.power": "RUNNING",
} as const;

function instance(name: string) {
  const config = { ...CONFIG, ...poolKeys(name) };
  return {
    name,
    project: "default",
    type: "container",
    status: "Running",
    status_code: 103,
    architecture: "x86_64",
    profiles: ["default", `${MADE}.lxops`],
    config,
    devices: {},
    expanded_config: config,
    expanded_devices: { ...BASE, ...DISKS },
  };
}

const IMAGE = {
  fingerprint: FINGERPRINT,
  aliases: [{ name: "warm" }],
  properties: { os: "alpine", release: "1" },
  type: "container",
  architecture: "x86_64",
  size: 1,
} as const;

const STATE = {
  status: "Running",
  status_code: 103,
  network: { eth0: { addresses: [{ family: "inet", address: "192.0.2.1", scope: "global" }] } },
} as const;

/** Time that a start takes, in which lxops loads what it needs next. */
const START_MS = 500;

/** Returns the daemon's answer to a request. */
export async function answerTo(method: string, url: URL, body: string): Promise<Response> {
  const [, collection, name = "", part] = url.pathname.split("/").slice(1);
  if (method !== "GET") return await changed(collection, name, part, body);
  if (collection === undefined) return sync(SERVER);
  if (collection === "operations") return sync({ id: name, status_code: 200, err: "", metadata: {} });
  if (collection === "images") return sync([IMAGE]);
  const isNames = name === "" && !url.searchParams.has("recursion");
  if (collection === "profiles" && isNames) return sync(PROFILES.map((one) => `/1.0/profiles/${one.name}`));
  if (collection === "profiles") {
    const config = profileConfig(name);
    return name === "" ? sync(PROFILES) : config ? sync({ name, config, devices: {} }) : refused(404);
  }
  if (collection === "instances" && isNames) return sync([`/1.0/instances/${WAITING}`]);
  if (collection === "instances") {
    if (name === "") return sync([instance(MADE)]);
    if (part === undefined) return sync(instance(name));
    return sync(part === "state" ? STATE : []);
  }
  return refused(404);
}

async function changed(
  collection: string | undefined,
  name: string,
  part: string | undefined,
  body: string,
): Promise<Response> {
  if (part === "exec") return refused(500);
  if (collection !== "instances") return sync({});
  if (part === "state" && body.includes('"start"')) {
    await new Promise((resolve) => setTimeout(resolve, START_MS));
  }
  const operation = `/1.0/operations/${name || "create"}`;
  return json({ type: "async", status: "", status_code: 100, operation, metadata: {} }, 202);
}

function sync(metadata: unknown): Response {
  return json({ type: "sync", status: "Success", status_code: 200, metadata }, 200);
}

function refused(code: number): Response {
  return json({
    type: "error",
    status: "",
    status_code: 0,
    operation: "",
    error_code: code,
    error: "warm",
    metadata: null,
  }, code);
}

function json(value: unknown, status: number): Response {
  return new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json" } });
}
