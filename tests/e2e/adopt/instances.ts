/**
 * Instances as people make them with the clients of their daemons. NAME is the instance, PORT a free port, ADDRESS a
 * free address of the network, DIR a directory of the host, NETWORK the network of the daemon, MAC the end of a MAC address.
 * SNAPSHOT takes a snapshot.
 *
 * @module
 */

/** An instance, as the command lines of the client that make it. */
export interface HandMade {
  readonly what: string;
  readonly commands: readonly string[];
  /** What `adopt` lists as left out. */
  readonly left?: string;
}

const LAUNCH = "launch tiny NAME";

/** All of them. */
export const HAND_MADE: readonly HandMade[] = [
  { what: "nothing but an image", commands: [LAUNCH] },
  { what: "limits", commands: [`${LAUNCH} -c limits.memory=256MiB -c limits.cpu=1 -c limits.processes=300`] },
  { what: "limits in other words", commands: [`${LAUNCH} -c limits.memory=256000000 -c limits.cpu=0-0`] },
  {
    what: "other limits",
    commands: [
      `${LAUNCH} -c limits.memory.enforce=soft -c limits.cpu.allowance=50% -c limits.kernel.nofile=4096`,
    ],
  },
  {
    what: "start with the daemon",
    commands: [`${LAUNCH} -c boot.autostart=true -c boot.autostart.priority=5`],
  },
  { what: "another word for true", commands: [`${LAUNCH} -c boot.autostart=1 -c security.nesting=yes`] },
  { what: "no profiles", commands: [`${LAUNCH} --no-profiles --storage default`] },
  {
    what: "two profiles",
    commands: [
      "profile create NAME-web",
      "profile set NAME-web limits.memory=300MiB",
      `${LAUNCH} --profile default --profile NAME-web`,
    ],
  },
  { what: "an isolated id map", commands: [`${LAUNCH} -c security.idmap.isolated=true`] },
  { what: "when it stops", commands: [`${LAUNCH} -c boot.host_shutdown_timeout=20 -c boot.stop.priority=3`] },
  {
    what: "a proxy",
    commands: [LAUNCH, "config device add NAME web proxy listen=tcp:127.0.0.1:PORT connect=tcp:127.0.0.1:80"],
  },
  {
    what: "a proxy that has the name of a port of lxops",
    commands: [
      LAUNCH,
      "config device add NAME port-PORT proxy listen=tcp:0.0.0.0:PORT connect=tcp:127.0.0.1:80",
    ],
  },
  {
    what: "a proxy of sockets, with owners",
    commands: [
      LAUNCH,
      "config device add NAME sock proxy listen=unix:/tmp/NAME.sock connect=tcp:127.0.0.1:80 bind=instance mode=0600",
    ],
  },
  { what: "a directory", commands: [LAUNCH, "config device add NAME data disk source=DIR path=/data"] },
  {
    what: "a directory, read only and with shifted ids",
    commands: [LAUNCH, "config device add NAME data disk source=DIR path=/data readonly=true"],
  },
  {
    what: "a directory with options that no configuration has",
    commands: [LAUNCH, "config device add NAME data disk source=DIR path=/data raw.mount.options=noexec"],
    left: "devices.data",
  },
  {
    what: "a volume",
    commands: [
      "storage volume create default NAME",
      LAUNCH,
      "config device add NAME vol disk pool=default source=NAME path=/vol",
    ],
  },
  {
    what: "a NIC with a static address",
    commands: ["init tiny NAME", "config device override NAME eth0 ipv4.address=ADDRESS", "start NAME"],
  },
  {
    what: "a NIC with a MAC address, and another one",
    commands: [
      "init tiny NAME",
      "config device add NAME eth0 nic network=NETWORK name=eth0 hwaddr=00:16:3e:MAC",
      "config device add NAME lan nic nictype=p2p name=lan0",
      "start NAME",
    ],
  },
  {
    what: "no NIC",
    commands: ["init tiny NAME", "config device add NAME eth0 none", "start NAME"],
    left: "devices.eth0",
  },
  {
    what: "devices of the host",
    commands: [
      LAUNCH,
      "config device add NAME nul unix-char source=/dev/null path=/dev/mynull mode=0666",
      "config device add NAME stick usb vendorid=1a86 productid=7523",
    ],
  },
  {
    what: "raw keys",
    commands: [`${LAUNCH} -c raw.lxc=lxc.environment=HUSH=1 -c security.syscalls.intercept.mknod=false`],
  },
  {
    what: "keys of users, and variables",
    commands: [
      `${LAUNCH} -c user.owner=me(x) -c user.cost=$5 -c environment.TOKEN=canary-77 -c cloud-init.user-data=#cloud-config`,
    ],
  },
  {
    what: "snapshots, and a schedule of them",
    commands: [
      `${LAUNCH} -c snapshots.schedule=@daily -c snapshots.expiry=1w`,
      "SNAPSHOT",
    ],
  },
  {
    what: "a root disk with a size",
    commands: [
      "init tiny NAME",
      "config device override NAME root size=200MiB",
      "start NAME",
    ],
  },
];
