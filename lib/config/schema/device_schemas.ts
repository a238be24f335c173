/**
 * The schemas of entries of `devices` that are no directories. Their keys are those of the daemons; the values are
 * text with `(name)` variables.
 *
 * @module
 */
import * as z from "zod/mini";
import { transform } from "../../base/schemas.ts";
import { DEVICE_KINDS, type DeviceKind, type OtherDevice } from "./keys.ts";
import { field, flag, oneOf, record, text } from "./fields.ts";

/** Descriptions by key. */
type Keys = Readonly<Record<string, string>>;

/** Keys of devices whose values are true or false. */
const FLAGS: ReadonlySet<string> = new Set([
  "gvrp",
  "nat",
  "ownership.inherit",
  "proxy_protocol",
  "required",
  "security.acls.default.egress.logged",
  "security.acls.default.ingress.logged",
  "security.ipv4_filtering",
  "security.ipv6_filtering",
  "security.mac_filtering",
  "security.port_isolation",
]);

const OWNER: Keys = {
  uid: "User id of the device's owner in the instance.",
  gid: "Group id of the device's owner in the instance.",
  mode: "Mode of the device in the instance, in octal.",
};

const UNIX: Keys = {
  source: "Path of the device on the host; by default that of `path`.",
  path: "Path of the device in the instance; by default that of `source`.",
  major: "Major number of the device, in place of a source.",
  minor: "Minor number of the device, in place of a source.",
  ...OWNER,
  required: "The device must be there when the instance starts. The default is yes.",
};

const NIC: Keys = {
  network: "Managed network of the daemon. A NIC has this or `nictype`.",
  nictype: "Type of the NIC: bridged, macvlan, physical, sriov, p2p, routed or ipvlan.",
  parent: "Device of the host, for types that have one.",
  name: "Name of the interface in the instance; the default is the daemon's.",
  hwaddr: "MAC address. By default the daemon makes one.",
  mtu: "Largest packet of the interface.",
  host_name: "Name of the interface on the host.",
  "boot.priority": "Order in which a virtual machine boots from it; higher ones are first.",
  "queue.tx.length": "Length of the queue of packets to send.",
  "ipv4.address": "Static IPv4 address; `addresses` is another way to say it.",
  "ipv6.address": "Static IPv6 address; `addresses` is another way to say it.",
  "ipv4.gateway": "IPv4 gateway of a routed NIC.",
  "ipv6.gateway": "IPv6 gateway of a routed NIC.",
  "ipv4.routes": "IPv4 networks that are routed to the NIC, with commas.",
  "ipv6.routes": "IPv6 networks that are routed to the NIC, with commas.",
  "ipv4.routes.external": "IPv4 networks that are routed to the NIC from an uplink.",
  "ipv6.routes.external": "IPv6 networks that are routed to the NIC from an uplink.",
  "ipv4.host_address": "IPv4 address of the host side of a routed NIC.",
  "ipv6.host_address": "IPv6 address of the host side of a routed NIC.",
  "ipv4.host_table": "Routing table of the host for IPv4 routes.",
  "ipv6.host_table": "Routing table of the host for IPv6 routes.",
  mode: "Mode of a macvlan or ipvlan NIC.",
  gvrp: "Register the VLAN with GVRP.",
  vlan: "VLAN of untagged packets.",
  "vlan.tagged": "VLANs of tagged packets, with commas.",
  "limits.ingress": "Limit of what the instance receives, in bit/s.",
  "limits.egress": "Limit of what the instance sends, in bit/s.",
  "limits.max": "Limit of both, in bit/s.",
  "limits.priority": "Priority of outgoing packets.",
  "security.mac_filtering": "Refuse packets with another MAC address.",
  "security.ipv4_filtering": "Refuse packets with another IPv4 address.",
  "security.ipv6_filtering": "Refuse packets with another IPv6 address.",
  "security.port_isolation": "Refuse packets to other NICs with this.",
  "security.acls": "Network ACLs, with commas.",
  "security.acls.default.ingress.action": "Action on incoming packets that match no rule.",
  "security.acls.default.egress.action": "Action on outgoing packets that match no rule.",
  "security.acls.default.ingress.logged": "Log incoming packets that match no rule.",
  "security.acls.default.egress.logged": "Log outgoing packets that match no rule.",
};

/** The keys of each kind of devices, with their descriptions. */
const KEYS: Readonly<Record<DeviceKind, Keys>> = {
  gpu: {
    gputype: "Type of the GPU: physical (the default), mdev, mig or sriov.",
    vendorid: "Vendor id of the GPU. Without any of these keys the instance gets all GPUs.",
    productid: "Product id of the GPU.",
    id: "Id of the GPU in the daemon's list of resources.",
    pci: "PCI address of the GPU.",
    mdev: "Profile of a virtual GPU.",
    "mig.ci": "Compute instance of a MIG.",
    "mig.gi": "GPU instance of a MIG.",
    "mig.uuid": "UUID of a MIG.",
    ...OWNER,
  },
  nic: NIC,
  proxy: {
    listen: "Address to listen at: tcp:ADDRESS:PORT, udp:ADDRESS:PORT or unix:PATH.",
    connect: "Address to connect to, in the same form.",
    bind: "Side that listens: host (the default) or instance.",
    nat: "Let the daemon forward packets instead of running a proxy; it needs a static address.",
    proxy_protocol: "Tell the service the client's address by the PROXY protocol.",
    uid: "User id of the owner of the listening unix socket.",
    gid: "Group id of the owner of the listening unix socket.",
    mode: "Mode of the listening unix socket, in octal.",
    "security.uid": "User id that the proxy runs as.",
    "security.gid": "Group id that the proxy runs as.",
  },
  tmpfs: {
    path: "Path of the directory in the instance.",
    size: "Largest size, in bytes with a suffix.",
    "initial.uid": "User id of the directory's owner in the instance.",
    "initial.gid": "Group id of the directory's owner in the instance.",
    "initial.mode": "Mode of the directory, in octal.",
  },
  "unix-block": UNIX,
  "unix-char": UNIX,
  "unix-hotplug": {
    vendorid: "Vendor id of the device.",
    productid: "Product id of the device.",
    subsystem: "Subsystem of the device, such as tty or block.",
    pci: "PCI address of the controller.",
    ...OWNER,
    "ownership.inherit": "Give the device the owner and mode that it has on the host.",
    required: "The device must be there when the instance starts. The default is no.",
  },
  usb: {
    vendorid: "Vendor id of the device. Without any of these keys the instance gets all USB devices.",
    productid: "Product id of the device.",
    serial: "Serial number of the device.",
    busnum: "Number of the bus that the device is at.",
    devnum: "Number of the device on its bus.",
    ...OWNER,
    required: "The device must be there when the instance starts. The default is no.",
  },
};

const EXAMPLES: Readonly<Record<string, string>> = {
  "proxy.listen": "tcp:0.0.0.0:8080",
  "proxy.connect": "tcp:127.0.0.1:80",
  "tmpfs.path": "/tmp",
  "tmpfs.size": "64MiB",
  "unix-char.source": "/dev/ttyUSB0",
  "usb.vendorid": "1a86",
  "usb.productid": "7523",
};

/** Returns the schema of the entries of a kind. */
export function kindSchema(kind: DeviceKind) {
  const fields = Object.entries(KEYS[kind]).map(([key, description]) => {
    const example = EXAMPLES[`${kind}.${key}`];
    const about = { description, ...(example === undefined ? {} : { examples: [example] }) };
    return [
      key,
      FLAGS.has(key)
        ? field(z.optional(flag), about)
        : field(z.optional(text), { ...about, kind: "Pattern" }),
    ] as const;
  });
  return transform(
    record({
      type: field(oneOf([kind]), { description: `The kind: ${kind}.` }),
      ...Object.fromEntries(fields),
    }),
    (value): OtherDevice => {
      const { type: _kind, ...keys } = value as Record<string, string | boolean | undefined>;
      const given = Object.entries(keys).filter(([, one]) => one !== undefined && one !== "");
      return { type: kind, keys: Object.fromEntries(given.map(([key, one]) => [key, String(one)])) };
    },
  ).register(z.globalRegistry, { kind: "Device" });
}

/** Returns the schemas of entries of all kinds, each made when it is needed. */
export function kindSchemas(): readonly z.ZodMiniType<OtherDevice>[] {
  return DEVICE_KINDS.map((kind) => z.lazy(() => kindSchema(kind)));
}

/** Returns the place of the kind of an entry in `DEVICE_KINDS`; -1 for a directory, and for a kind that is not known. */
export function kindOf(value: unknown): number {
  if (typeof value !== "object" || value === null || !("type" in value)) return -1;
  return DEVICE_KINDS.findIndex((kind) => kind === value.type);
}
