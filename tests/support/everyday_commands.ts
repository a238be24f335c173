/** Command lines of the everyday commands: names, files and directories at the top level. */
import { worldOf } from "../plan/world_spec.ts";
import type { ChangingCase } from "./daemon_commands.ts";

const FILES = { "/c/a.yaml": "#lxops-v1\nimage: tiny\n" };
const running = worldOf({ instances: [{ name: "a" }, { name: "b" }] });
const stopped = worldOf({ instances: [{ name: "a", status: "Stopped" }] });
const frozen = worldOf({ instances: [{ name: "a", status: "Frozen" }] });
const launched = worldOf({
  instances: [{ name: "a", profiles: ["default", "a.lxops"], config: { "user.lxops.image": "tiny" } }],
  profiles: [{ name: "a.lxops" }],
});

const byHand = worldOf({
  images: [{ aliases: ["tiny"], fingerprint: "f".repeat(64) }],
  instances: [{
    name: "a",
    config: { "volatile.base_image": "f".repeat(64), "environment.TOKEN": "hush-77" },
  }],
});

const tiny = worldOf({ images: [{ aliases: ["tiny"] }], instances: [{ name: "a" }] });
const rehearsed = worldOf({
  images: [{ aliases: ["tiny"] }],
  instances: [{ name: "a" }],
  profiles: [{ name: "lxops.rehearsal.a", config: { "user.lxops.rehearsal": "0a0b0c" } }],
});

/** Commands that change something. */
export const CHANGING: readonly ChangingCase[] = [
  { name: "query without a body", args: ["query", "-X=DELETE", "/1.0/instances/a"], world: worldOf({}) },
  { name: "instance stop", args: ["instance", "stop", "-project=web", "a"], world: worldOf({}) },
  { name: "instance kill", args: ["instance", "stop", "-wait-stop=0", "a"], world: worldOf({}) },
  { name: "start of a file", args: ["start", "a.yaml"], files: FILES, world: stopped },
  { name: "stop of names", args: ["stop", "a", "b"], world: running },
  { name: "restart that waits", args: ["restart", "-until=ipv4", "a"], world: running },
  { name: "kill", args: ["kill", "a"], world: running },
  { name: "pause", args: ["pause", "a"], world: running },
  { name: "unpause", args: ["unpause", "a"], world: frozen },
  {
    name: "exec as somebody",
    args: ["exec", "-u", "5:6", "-w", "/tmp", "-e", "A=1", "a", "id"],
    world: running,
  },
  { name: "shell", args: ["shell", "-u=5", "a", "zsh"], world: running },
  {
    name: "rehearse rebuild",
    args: ["rehearse", "rebuild", "--net=none", "a.yaml"],
    files: FILES,
    world: tiny,
  },
  { name: "rehearse up", args: ["rehearse", "up", "a.yaml"], files: FILES, world: tiny },
  { name: "rehearse clean", args: ["rehearse", "clean", "a.yaml"], files: FILES, world: rehearsed },
  { name: "adopt", args: ["adopt", "-o=it's new", "--mark", "a"], world: byHand },
  {
    name: "create",
    args: ["create", "-c", "limits.memory=1GiB", "-p=default", "tiny", "b"],
    world: worldOf({ images: [{ aliases: ["tiny"] }] }),
  },
  {
    name: "run",
    args: [
      ...[
        "run",
        "-i",
        "-name=r",
        "-limits=cpu=1",
        "-net=none",
        "-mount=/srv:/mnt:ro",
        "-u=5:6",
      ],
      ...["-wait=net", "tiny", "--", "cat", "-"],
    ],
    world: worldOf({ images: [{ aliases: ["tiny"] }] }),
  },
  {
    name: "image build with packages",
    args: ["image", "build", "-check", "echo it's", "-export=/c", "-compression=none", "a.yaml", "org=it's"],
    files: {
      "/c/a.yaml": "#lxops-v1\nimage: tiny\nostype: alpine\ncloud-config-files: [a.cfg]\n",
      "/c/a.cfg": "#cloud-config\npackages: [git]\nruncmd: [echo hello]\n",
    },
    world: worldOf({ images: [{ aliases: ["tiny"] }] }),
  },
  {
    name: "image build without anything",
    args: ["image", "build", "-host-key=image", "-alias=x/y", "a.yaml"],
    files: FILES,
    world: worldOf({ images: [{ aliases: ["tiny"] }] }),
  },
  {
    name: "create that starts",
    args: ["create", "-start", "tiny", "b"],
    world: worldOf({ images: [{ aliases: ["tiny"] }] }),
  },
  { name: "instance set", args: ["instance", "set", "a", "limits.cpu=2", "user.x="], world: running },
  { name: "instance copy", args: ["instance", "copy", "a", "c"], world: running },
  { name: "file pull to a target", args: ["file", "pull", "a/etc/motd", "/srv/x"], world: running },
  { name: "top", args: ["top", "a"], world: running },
  { name: "cp out", args: ["cp", "-a", "-max-size=5", "a:/etc/motd", "/srv/x y"], world: running },
  { name: "cp in", args: ["cp", "-overwrite", "dir", "./a.yaml:/srv/"], files: FILES, world: running },
  { name: "down of a name without a file", args: ["down", "a"], world: launched },
  {
    name: "down of a name whose profile a run that was cut off left",
    args: ["down", "a"],
    world: worldOf({ profiles: [{ name: "a.lxops" }] }),
  },
  {
    name: "down of a name with a spare",
    args: ["down", "a"],
    world: worldOf({
      instances: [
        { name: "a", profiles: ["default", "a.lxops"], config: { "user.lxops.image": "tiny" } },
        {
          name: "a-lxops-old-abc123",
          status: "Stopped",
          profiles: ["default", "a.lxops"],
          config: { "user.lxops.of": "a", "user.lxops.role": "spare" },
        },
      ],
      profiles: [{ name: "a.lxops" }],
    }),
  },
  { name: "down of a file", args: ["down", "a.yaml"], files: FILES, world: launched },
  { name: "down of nothing", args: ["down", "a.yaml"], files: FILES, world: worldOf({}) },
];

/** Commands that change nothing, and what they print. */
export const LOOKING: readonly (readonly [args: readonly string[], expected: RegExp])[] = [
  [["ps"], /^NAME +STATE +ADDRESSES +PORTS +IMAGE +AGE +CHANGES\n/],
  [["ps", "-q", "-a"], /^a\n/],
  [["ps", "-json", "a"], /^\[\n {2}\{\n {4}"project": "default",\n {4}"name": "a",/],
  [["instance", "get", "-json", "a"], /^\{/],
  [["logs", "-console", "-n", "1", "a"], /^log\n$/],
];
