/**
 * The daemon's objects as it sends them, checked, and turned into those of the ports. Absent and `null` are
 * the same to the daemons, which send either for an empty list or map.
 *
 * @module
 */
import * as z from "zod/mini";
import type {
  Address,
  ImageInfo,
  InstanceInfo,
  ProfileInfo,
  ProjectInfo,
  ServerInfo,
} from "../../ports/mod.ts";
import { transform } from "../../base/schemas.ts";

const text = transform(z.nullish(z.string()), (value) => value ?? "");
const texts = transform(z.nullish(z.array(z.string())), (value) => value ?? []);
const map = transform(z.nullish(z.record(z.string(), z.string())), (value) => value ?? {});
const devices = transform(
  z.nullish(z.record(z.string(), z.record(z.string(), z.string()))),
  (value) => value ?? {},
);

const addressSchema = z.object({
  family: z.enum(["inet", "inet6"]),
  address: z.string(),
  scope: z.enum(["global", "link", "local"]),
});
const networksSchema = z.record(
  z.string(),
  z.object({
    addresses: z.optional(z.unknown()),
    hwaddr: z.optional(z.unknown()),
    host_name: z.optional(z.unknown()),
  }),
);

/** Returns the status of an instance. One that says by itself that it is ready runs, and is no other state here. */
function statusOf(status: string): string {
  return status === "Ready" ? "Running" : status;
}

/** State of an instance: its status and addresses. */
export const stateSchema = transform(
  z.object({ status: z.string(), network: z.optional(z.unknown()) }),
  ({ status, network }) => ({ status: statusOf(status), addresses: toAddresses(network) }),
);

/** An instance, with state and snapshots where they were asked for. */
export const instanceSchema = transform(
  z.object({
    name: z.string(),
    project: text,
    type: text,
    status: z.string(),
    ephemeral: z.nullish(z.boolean()),
    description: text,
    architecture: text,
    created_at: text,
    last_used_at: text,
    location: text,
    profiles: texts,
    config: map,
    devices,
    expanded_config: map,
    expanded_devices: devices,
    state: z.nullish(stateSchema),
    snapshots: z.nullish(z.array(z.object({ name: z.string() }))),
  }),
  (raw): InstanceInfo => ({
    name: raw.name,
    project: raw.project,
    type: raw.type,
    status: statusOf(raw.status),
    ephemeral: raw.ephemeral ?? false,
    description: raw.description,
    architecture: raw.architecture,
    createdAt: raw.created_at,
    ...(Date.parse(raw.last_used_at) > 0 ? { startedAt: raw.last_used_at } : {}),
    // The daemons say "none" where there is no cluster.
    ...(raw.location === "" || raw.location === "none" ? {} : { location: raw.location }),
    profiles: raw.profiles,
    config: raw.config,
    devices: raw.devices,
    expandedConfig: raw.expanded_config,
    expandedDevices: raw.expanded_devices,
    addresses: raw.state?.addresses ?? [],
    snapshots: (raw.snapshots ?? []).map(({ name }) => name.slice(name.indexOf("/") + 1)),
  }),
);

/** A profile. */
export const profileSchema = transform(
  z.object({
    name: z.string(),
    project: text,
    description: text,
    config: map,
    devices,
    used_by: texts,
  }),
  ({ used_by, ...rest }): ProfileInfo => ({ ...rest, usedBy: used_by }),
);

/** A project. */
export const projectSchema = transform(
  z.object({ name: z.string(), config: map }),
  (raw): ProjectInfo => raw,
);

/** An image. */
export const imageSchema = transform(
  z.object({
    fingerprint: z.string(),
    aliases: z.nullish(z.array(z.object({ name: z.string(), description: text }))),
    properties: map,
    type: text,
    architecture: text,
    size: z.nullish(z.number()),
    public: z.nullish(z.boolean()),
    uploaded_at: text,
    update_source: z.nullish(z.object({ server: text, alias: text })),
  }),
  ({ aliases, size, public: isPublic, uploaded_at, update_source, ...rest }): ImageInfo => ({
    ...rest,
    ...(update_source?.server ? { origin: update_source } : {}),
    size: size ?? 0,
    isPublic: isPublic ?? false,
    uploadedAt: uploaded_at,
    aliases: (aliases ?? []).map(({ name }) => name),
    ...(aliases?.some(({ description }) => description !== "")
      ? { descriptions: Object.fromEntries(aliases.map(({ name, description }) => [name, description])) }
      : {}),
  }),
);

function textsOf(map: Readonly<Record<string, unknown>> | null | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(map ?? {}).map(([key, value]) => [key, String(value)]));
}

/** The daemon itself. */
export const serverSchema = transform(
  z.object({
    api_extensions: texts,
    config: z.nullish(z.record(z.string(), z.unknown())),
    auth: text,
    environment: z.nullish(z.object({
      server: text,
      server_version: text,
      architectures: texts,
      server_clustered: z.nullish(z.boolean()),
      server_name: text,
      server_pid: z.nullish(z.number()),
      storage: text,
      kernel_features: z.nullish(z.record(z.string(), z.unknown())),
      kernel_version: text,
    })),
  }),
  (raw): ServerInfo & { readonly auth: string } => ({
    extensions: new Set(raw.api_extensions),
    server: raw.environment?.server ?? "",
    version: raw.environment?.server_version ?? "",
    architectures: raw.environment?.architectures ?? [],
    kernel: textsOf(raw.environment?.kernel_features),
    kernelVersion: raw.environment?.kernel_version ?? "",
    config: textsOf(raw.config),
    auth: raw.auth,
    ...(raw.environment?.server_clustered == null ? {} : { clustered: raw.environment.server_clustered }),
    ...(raw.environment?.server_name ? { name: raw.environment.server_name } : {}),
    ...(raw.environment?.server_pid ? { pid: raw.environment.server_pid } : {}),
    ...(raw.environment?.storage ? { storage: raw.environment.storage.split(" | ") } : {}),
  }),
);

/**
 * Reads the addresses that an instance reports. A virtual machine reports some parts itself, so invalid ones are left
 * out.
 */
function toAddresses(network: unknown): readonly Address[] {
  const networks = networksSchema.safeParse(network);
  return Object.entries(networks.success ? networks.data : {}).flatMap(
    ([name, { addresses, hwaddr, host_name }]) => {
      const known = {
        interface: name,
        ...(typeof hwaddr === "string" && hwaddr !== "" ? { hwaddr } : {}),
        ...(typeof host_name === "string" && host_name !== "" ? { hostInterface: host_name } : {}),
      };
      return (Array.isArray(addresses) ? addresses : []).flatMap((address) => {
        const checked = addressSchema.safeParse(address);
        return checked.success ? [{ ...checked.data, ...known }] : [];
      });
    },
  );
}
