/**
 * Every request of the adapters, with its path, headers and body in `requests.txt`.
 * `UPDATE_GOLDEN=1 deno test -A tests/adapters/daemon/requests_test.ts` writes it anew.
 */
import { assertEquals } from "@std/assert";
import * as requests from "../../../lib/adapters/daemon/requests.ts";
import { assertGolden, type Samples } from "../../golden/requests.ts";

const c1 = { project: "default", name: "c1" };
const odd = { project: "we b", name: "c/1?" };
const OPERATION = "/1.0/operations/3f1c-9";

const SAMPLES: Samples = {
  serverPath: [() => requests.serverPath()],
  instancesPath: [
    () => requests.instancesPath("web", false),
    () => requests.instancesPath("web", true),
    () => requests.instancesPath(undefined, false),
  ],
  oneInstancePath: [() => requests.oneInstancePath(c1), () => requests.oneInstancePath(odd)],
  statePath: [() => requests.statePath(c1)],
  portForwardPath: [() => requests.portForwardPath(c1)],
  profilesPath: [() => requests.profilesPath("web")],
  projectsPath: [() => requests.projectsPath()],
  imagesPath: [() => requests.imagesPath("web")],
  imageExportPath: [() => requests.imageExportPath("web", "f00d")],
  filePath: [() => requests.filePath(odd, "/etc/a b&c=d")],
  eventsPath: [() => requests.eventsPath("web", ["operation", "lifecycle"])],
  waitPath: [() => requests.waitPath(OPERATION, 60), () => requests.waitPath(`${OPERATION}?project=web`, 60)],
  websocketPath: [
    () => requests.websocketPath(OPERATION, "a&b"),
    () => requests.websocketPath(`${OPERATION}?project=web`, "s"),
  ],
  execRequest: [
    () => requests.execRequest({ instance: c1, argv: ["ls", "-l"] }),
    () => requests.execRequest({ instance: odd, argv: ["sh"], stdin: "x", env: { A: "b" } }),
  ],
  shellRequest: [
    () =>
      requests.shellRequest({ instance: c1, argv: ["sh"], env: { A: "b" } }, {
        type: "xterm",
        columns: 80,
        rows: 24,
      }),
  ],
  pushRequest: [
    () =>
      requests.pushRequest({
        instance: c1,
        path: "/etc/a",
        content: new Uint8Array(3),
        mode: 0o640,
        uid: 1,
        gid: 2,
      }),
  ],
  deleteFileRequest: [() => requests.deleteFileRequest(c1, "/etc/a b")],
  backupExportPath: [
    () => requests.backupExportPath({ project: "default", pool: "p", name: "v" }, "b"),
    () => requests.backupExportPath({ project: "web", pool: "p", name: "v 1" }, "b/1"),
  ],
  restoreRequest: [
    () => requests.restoreRequest({ project: "web", pool: "p", name: "v" }, new ReadableStream()),
  ],
  uploadRequest: [
    () =>
      requests.uploadRequest({ project: "web", isPublic: false }, {
        type: "application/octet-stream",
        body: new ReadableStream(),
        properties: {},
      }),
    () =>
      requests.uploadRequest({ project: "default", isPublic: true }, {
        type: "multipart/form-data; boundary=b",
        body: new ReadableStream(),
        properties: { os: "a b", release: "1&2" },
      }),
  ],
};

Deno.test("requests of the adapters are the golden ones", async () => {
  await assertGolden([requests], SAMPLES, new URL("../requests.txt", import.meta.url));
});

/** Modules that may contain paths of the API: those that build requests, and those that tell operands from paths. */
const BUILDERS = [
  "adapters/daemon/paths.ts",
  "adapters/daemon/requests.ts",
  "base/api.ts",
  "cli/actions/daemon/query.ts",
];

Deno.test("paths of the API are written nowhere but where requests are built", () => {
  const lib = new URL("../../../lib/", import.meta.url).pathname;
  const found = filesBelow(lib).filter((path) => {
    const code = Deno.readTextFileSync(path).replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
    return /["'`]\/1\.0\b/.test(code);
  }).map((path) => path.slice(lib.length));
  assertEquals(found.toSorted(), BUILDERS);
});

function filesBelow(directory: string): string[] {
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(`${directory}${name}/`) : name.endsWith(".ts") ? [`${directory}${name}`] : []
  );
}
