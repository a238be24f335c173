/** The machine of a newcomer: some configurations, a daemon with two instances, and what it says to a command line. */
import { InterruptedError, ServerError } from "../../../lib/base/errors.ts";
import { type Outcome, run } from "../../fakes/memory_app.ts";
import { memoryServer } from "../../fakes/memory_server.ts";
import { recorder, type RecorderOptions } from "../../fakes/recorder.ts";
import { worldOf } from "../../plan/world_spec.ts";

const IMAGE = "#lxops-v1\nimage: tiny\nostype: alpine\n";
const device = (pattern: string) =>
  `filesystems:\n  d: {pattern: ${pattern}, destroy: true}\ndevices:\n  data: {path: /data, filesystem: d}\n`;

/** Files of the working directory by name. */
const FILES: Readonly<Record<string, string>> = {
  "web.yaml": IMAGE + device("/srv/(instance)"),
  "new.yaml": IMAGE,
  "db.yaml": IMAGE,
  "off.yaml": `${IMAGE}cloud-config-files: [hello.cfg]\n`,
  "hello.cfg": "#cloud-config\nruncmd:\n- echo hello\n",
  "hello/hello.yaml": IMAGE,
  "shop/lxops.yaml": IMAGE,
  "compose.yaml": "services:\n  web:\n    image: nginx\n",
  "headless.yaml": "image: tiny\n",
  "oldest.yaml": "os:\n  name: alpine\npackages: [bash]\n",
  "typo.yaml": "#lxops-v1\nimge: tiny\n",
  "noimage.yaml": "#lxops-v1\nostype: alpine\n",
  "colon.cfg": "#cloud-config\nruncmd:\n- echo hello: world\n",
  "colon.yaml": `${IMAGE}cloud-config-files: [colon.cfg]\n`,
  "noslash.yaml": IMAGE + device("srv/data/(instance)"),
  "home.yaml": IMAGE + device("~/data"),
  "badprof.yaml": `${IMAGE}profiles: [defualt]\n`,
  "badimage.yaml": "#lxops-v1\nimage: tinny\nostype: alpine\n",
  "badremote.yaml": "#lxops-v1\nimage: foo:alpine\nostype: alpine\n",
  "badlimit.yaml": `${IMAGE}lxc-options: ["-c limits.memory=4lots"]\n`,
  "proc.yaml": IMAGE + device("/proc/x/(instance)"),
  "cluster.yaml": `${IMAGE}target: node2\n`,
  "absdir.yaml": `${IMAGE}devices:\n  data: {path: /data, dir: /nonexistent/x}\n`,
  "export/manifest.json": JSON.stringify({
    format: 1,
    lxops: "0.1.0",
    server: "incus 6.0",
    instance: "shop",
    project: "default",
    snapshot: "",
    filesystems: [{ id: "www", kind: "directory", path: "/srv/shop", archive: "www.tar.gz" }],
  }),
  "export/SHA256SUMS": `${"a".repeat(64)}  manifest.json\n${"b".repeat(64)}  www.tar.gz\n`,
  "export/www.tar.gz": "",
};

const DIRECTORIES = ["/c", "/c/hello", "/c/shop", "/c/export", "/srv", "/srv/web", "/srv/web/data"];

/** Reaction of the daemon to changes. */
export type Fate = "well" | "refuses" | "interrupted";

/** Makes the daemon refuse to create instances, or the user interrupt that. */
function fateOf(fate: Fate): RecorderOptions {
  if (fate === "well") return {};
  return {
    send: ({ method, path }) => {
      if (method !== "POST" || path !== "/1.0/instances") return;
      if (fate === "interrupted") throw new InterruptedError("Interrupted");
      const request = "POST /1.0/instances";
      const message = `Failed creating instance record: Invalid value: 4lots (${request}, status 400)`;
      throw new ServerError(message, { status: 400, request });
    },
  };
}

/** Runs a command line of a newcomer. */
export async function typed(line: string, fate: Fate = "well", cwd = "/c"): Promise<Outcome> {
  const files = Object.fromEntries(Object.entries(FILES).map(([name, text]) => [`/c/${name}`, text]));
  const world = worldOf({
    clustered: "",
    instances: [
      {
        name: "web",
        profiles: ["default", "web.lxops"],
        config: { "user.lxops.config": "/c/web.yaml" },
        expandedDevices: { data: { type: "disk", source: "/srv/web/data", path: "/data" } },
      },
      { name: "off", status: "Stopped", profiles: ["default", "off.lxops"] },
    ],
    profiles: [
      {
        name: "web.lxops",
        devices: { data: { type: "disk", source: "/srv/web/data", path: "/data" } },
      },
      { name: "off.lxops" },
    ],
    paths: Object.fromEntries([
      ...DIRECTORIES.map((path) => [path, "directory"] as const),
      ...Object.keys(files).map((path) => [path, "file"] as const),
    ]),
  });
  const controls = recorder(memoryServer(world), fateOf(fate));
  const args = line.split(" ").filter((word) => word !== "");
  return await run(args, {
    world,
    files,
    controls: () => controls,
    cwd,
    streams: [{
      aliases: ["alpine/3.22"],
      architecture: "x86_64",
      fingerprint: "f".repeat(64),
      type: "container",
      size: 1,
      date: "2026-01-01",
      properties: {},
    }],
  });
}
