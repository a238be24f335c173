/**
 * The daemon's objects as it sends them, checked, and turned into those of the ports. Absent and `null` are
 * the same to the daemons, which send either for an empty list or map.
 *
 * @module
 */
import * as z from "zod";
import type { Address, ImageInfo, InstanceInfo, ProfileInfo, ProjectInfo, ServerInfo } from "../ports.ts";

const text = z.string().nullish().transform((value) => value ?? "");
const texts = z.array(z.string()).nullish().transform((value) => value ?? []);
const map = z.record(z.string(), z.string()).nullish().transform((value) => value ?? {});
const devices = z.record(z.string(), z.record(z.string(), z.string())).nullish()
  .transform((value) => value ?? {});

const addressSchema = z.object({
  family: z.enum(["inet", "inet6"]),
  address: z.string(),
  scope: z.enum(["global", "link", "local"]),
});
// What is in here a virtual machine says of itself: one that says nonsense must not hide the others.
const networksSchema = z.record(
  z.string(),
  z.object({ addresses: z.array(z.unknown()).nullish().catch([]) }),
).nullish().catch({});

/** State of an instance: its status and addresses. */
export const stateSchema = z.object({ status: z.string(), network: networksSchema })
  .transform(({ status, network }) => ({ status, addresses: toAddresses(network) }));

/** An instance, with state and snapshots where they were asked for. */
export const instanceSchema = z.object({
  name: z.string(),
  project: text,
  type: text,
  status: z.string(),
  ephemeral: z.boolean().nullish(),
  description: text,
  architecture: text,
  created_at: text,
  profiles: texts,
  config: map,
  devices,
  expanded_config: map,
  expanded_devices: devices,
  state: stateSchema.nullish(),
  snapshots: z.array(z.object({ name: z.string() })).nullish(),
}).transform((raw): InstanceInfo => ({
  name: raw.name,
  project: raw.project,
  type: raw.type,
  status: raw.status,
  ephemeral: raw.ephemeral ?? false,
  description: raw.description,
  architecture: raw.architecture,
  createdAt: raw.created_at,
  profiles: raw.profiles,
  config: raw.config,
  devices: raw.devices,
  expandedConfig: raw.expanded_config,
  expandedDevices: raw.expanded_devices,
  addresses: raw.state?.addresses ?? [],
  snapshots: (raw.snapshots ?? []).map(({ name }) => name.slice(name.indexOf("/") + 1)),
}));

/** A profile. */
export const profileSchema = z.object({
  name: z.string(),
  project: text,
  description: text,
  config: map,
  devices,
  used_by: texts,
}).transform(({ used_by, ...rest }): ProfileInfo => ({ ...rest, usedBy: used_by }));

/** A project. */
export const projectSchema = z.object({ name: z.string(), config: map })
  .transform((raw): ProjectInfo => raw);

/** An image. */
export const imageSchema = z.object({
  fingerprint: z.string(),
  aliases: z.array(z.object({ name: z.string() })).nullish(),
  properties: map,
  type: text,
  architecture: text,
  size: z.number().nullish(),
  public: z.boolean().nullish(),
  uploaded_at: text,
}).transform(({ aliases, size, public: isPublic, uploaded_at, ...rest }): ImageInfo => ({
  ...rest,
  size: size ?? 0,
  isPublic: isPublic ?? false,
  uploadedAt: uploaded_at,
  aliases: (aliases ?? []).map(({ name }) => name),
}));

/** The daemon itself. */
export const serverSchema = z.object({
  api_extensions: texts,
  config: z.record(z.string(), z.unknown()).nullish(),
  auth: text,
  environment: z.object({
    server: text,
    server_version: text,
    architectures: texts,
  }).nullish(),
}).transform((raw): ServerInfo & { readonly auth: string } => ({
  extensions: new Set(raw.api_extensions),
  server: raw.environment?.server ?? "",
  version: raw.environment?.server_version ?? "",
  architectures: raw.environment?.architectures ?? [],
  config: Object.fromEntries(Object.entries(raw.config ?? {}).map(([key, value]) => [key, String(value)])),
  auth: raw.auth,
}));

function toAddresses(networks: z.output<typeof networksSchema>): readonly Address[] {
  return Object.entries(networks ?? {}).flatMap(([name, { addresses }]) =>
    (addresses ?? []).flatMap((address) => {
      const checked = addressSchema.safeParse(address);
      return checked.success ? [{ ...checked.data, interface: name }] : [];
    })
  );
}
