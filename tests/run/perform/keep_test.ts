/** Kept files of an instance that is not trusted: links, devices, sizes. */
import { assertEquals, assertRejects } from "@std/assert";
import { LxopsError, StateError } from "../../../lib/base/errors.ts";
import { encodeBundle } from "../../../lib/plan/provision/bundle.ts";
import type { GuestFile, GuestFiles } from "../../../lib/ports/guest_files.ts";
import { collect, keepFiles, place, save } from "../../../lib/run/perform/keep.ts";

type Node = Partial<GuestFile> & { readonly text?: string };

/** An instance with these paths, and the directories above them. */
function guest(nodes: Record<string, Node>) {
  const files = new Map<string, GuestFile & { text: string }>();
  const put = (path: string, node: Node) => {
    const { kind = "file", mode = 0o644, uid = 0, gid = 0, text = "" } = node;
    files.set(path, { kind, mode, uid, gid, size: node.size ?? text.length, text });
  };
  for (const [path, node] of Object.entries(nodes)) {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
      const above = path.slice(0, at);
      if (!Object.hasOwn(nodes, above)) put(above, { kind: "directory", mode: 0o755 });
    }
    put(path, node);
  }
  const port: GuestFiles = {
    lstat: (path) => Promise.resolve(files.get(path)),
    list: (path, most) => {
      const names = [...files.keys()].filter((one) => one.startsWith(`${path}/`))
        .map((one) => one.slice(path.length + 1)).filter((name) => !name.includes("/"));
      if (names.length > most) throw new StateError("too many");
      return Promise.resolve(names);
    },
    read: (path, most) => {
      const bytes = new TextEncoder().encode(files.get(path)!.text);
      if (bytes.length > most) throw new StateError("too large");
      return Promise.resolve(bytes);
    },
    makeDirectory: (path, owner) => Promise.resolve(put(path, { ...owner, kind: "directory" })),
    replace: (path, { content, ...owner }) =>
      Promise.resolve(put(path, { ...owner, text: new TextDecoder().decode(content) })),
  };
  return { files, port };
}

function run() {
  const notes: string[] = [];
  return {
    notes,
    run: { instance: "a", report: (event: { kind: string; text?: string }) => notes.push(event.text ?? "") },
  };
}

const ID = "0123456789abcdef0123456789abcdef\n";

Deno.test("collect() keeps keys and files, and follows no link", async () => {
  const { port } = guest({
    "/etc/ssh/ssh_host_rsa_key": { text: "key", mode: 0o600 },
    "/etc/ssh/ssh_host_evil_key": { kind: "symlink" },
    "/etc/ssh/sshd_config": { text: "no" },
    "/etc/machine-id": { text: ID, mode: 0o444 },
    "/var/lib/x": { kind: "directory", mode: 0o700, uid: 7, gid: 8 },
    "/var/lib/x/y": { text: "y" },
    "/var/lib/x/fifo": { kind: "other" },
    "/var/link": { kind: "symlink" },
    "/var/link/z": { text: "z" },
  });
  const { notes, run: to } = run();
  const keep = ["ssh-host-keys", "machine-id", "/var/lib/x", "/var/link/z", "/none"];
  const found = await collect(port, keep, to);
  assertEquals(found.map(({ kind, path, mode, uid }) => `${kind} ${path} ${mode.toString(8)} ${uid}`), [
    "file /etc/ssh/ssh_host_rsa_key 600 0",
    "file /etc/machine-id 444 0",
    "directory /var/lib/x 700 7",
    "file /var/lib/x/y 644 0",
  ]);
  assertEquals(notes, [
    `"/etc/ssh/ssh_host_evil_key" is not kept: it is a symbolic link`,
    `"/var/lib/x/fifo" is not kept: it is no file`,
    `"/var/link/z" is not kept: "/var/link" is no directory`,
  ]);
});

Deno.test("collect() keeps no empty machine id, and nothing that is too much", async () => {
  const { run: to } = run();
  assertEquals(
    await collect(guest({ "/etc/machine-id": { text: "uninitialized\n" } }).port, ["machine-id"], to),
    [],
  );
  const large = guest({ "/a": { text: "x".repeat(400_000) }, "/b": { text: "x".repeat(400_000) } });
  await assertRejects(() => collect(large.port, ["/a", "/b"], to), StateError);
  const many = guest(Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`/d/${at}`, {}])));
  await assertRejects(() => collect(many.port, ["/d"], to), StateError);
  const deep = guest({ [`/d${"/e".repeat(20)}`]: {} });
  await assertRejects(() => collect(deep.port, ["/d"], to), StateError, "too deep");
});

Deno.test("place() creates missing files, replaces links, and leaves directories in place of files", async () => {
  const { files, port } = guest({
    "/etc/machine-id": { kind: "symlink" },
    "/etc/ssh": { kind: "directory" },
    "/link": { kind: "symlink" },
    "/dir": { kind: "directory" },
  });
  const { notes, run: to } = run();
  const file = (path: string) => ({
    kind: "file" as const,
    path,
    mode: 0o600,
    uid: 1,
    gid: 2,
    content: new TextEncoder().encode(path),
  });
  await place(port, ["/etc/machine-id", "/etc/ssh/k", "/new/a/b", "/link/x", "/dir"].map(file), to);
  assertEquals(files.get("/etc/machine-id")?.text, "/etc/machine-id");
  assertEquals(files.get("/etc/ssh/k")?.mode, 0o600);
  assertEquals([files.get("/new/a")?.mode, files.get("/new/a/b")?.uid], [0o755, 1]);
  assertEquals(files.has("/link/x"), false);
  assertEquals(files.get("/dir")?.kind, "directory");
  assertEquals(notes, [
    `"/link/x" is not put into place: "/link" is no directory`,
    `"/dir" is not put into place: there is a directory in its place`,
  ]);
});

const OWNER = "default/a";
const STORE = "/data/.lxops/keep";

Deno.test("save() refuses a place that is no file of its own, before it reads anything", async () => {
  const { run: to } = run();
  const link = guest({ "/etc/machine-id": { text: ID }, "/data/.lxops": { kind: "symlink" } });
  await assertRejects(
    () => save(link.port, STORE, { keep: ["machine-id"], run: to, owner: OWNER }),
    StateError,
    '"/data/.lxops" in the instance is no directory',
  );
  const directory = guest({ "/etc/machine-id": { text: ID }, [`${STORE}/x`]: {} });
  await assertRejects(
    () => save(directory.port, STORE, { keep: ["machine-id"], run: to, owner: OWNER }),
    StateError,
    "is a directory",
  );
});

Deno.test("save() refuses files that could not be read again together with earlier saved ones", async () => {
  const { run: to } = run();
  const part = "x".repeat(500_000);
  const earlier = { kind: "file", path: "/a/old", mode: 0o600, uid: 0, gid: 0 } as const;
  const text = encodeBundle([{ ...earlier, content: new TextEncoder().encode(part) }]);
  const { files, port } = guest({ "/a/new": { text: part }, [STORE]: { text } });
  await assertRejects(
    () => save(port, STORE, { keep: ["/a"], run: to, owner: OWNER }),
    StateError,
    "too large",
  );
  assertEquals(files.get(STORE)?.text, text);
});

Deno.test("files that cannot be saved end a deletion and a rebuild, and are a note of destroy", async () => {
  const { port } = guest({ "/etc/machine-id": { text: ID }, "/data/.lxops": { kind: "symlink" } });
  const { notes, run: to } = run();
  const all = {
    ...to,
    signal: new AbortController().signal,
    controls: { control: { withFiles: (_: unknown, act: (files: GuestFiles) => unknown) => act(port) } },
  } as unknown as Parameters<typeof keepFiles>[1];
  const keeping = {
    how: "save",
    instance: { project: "default", name: "a" },
    keep: ["machine-id"],
    store: STORE,
  } as const;
  await assertRejects(() => keepFiles(keeping, all), LxopsError);
  await keepFiles({ ...keeping, optional: true }, all);
  assertEquals(notes, [
    'Kept files cannot be saved: "/data/.lxops" in the instance is no directory',
  ]);
  await assertRejects(
    () => keepFiles({ ...keeping, how: "move", from: keeping.instance }, all),
    LxopsError,
    "is no directory",
  );
});

Deno.test("save() does not replace the files of another instance, unless that is this one under an earlier name", async () => {
  const id = (text: string) => ({ "/etc/machine-id": { text } });
  const { files, port } = guest(id(ID));
  const { notes, run: to } = run();
  const keep = ["machine-id"];
  await save(port, STORE, { keep, run: to, owner: OWNER });
  const saved = files.get(STORE)!.text;
  const other = guest({ ...id(ID.replace("0", "f")), [STORE]: { text: saved } });
  await save(other.port, STORE, { keep, run: to, owner: "default/b" });
  assertEquals(other.files.get(STORE)?.text, saved);
  assertEquals(notes, [
    `Kept files are not saved: "${STORE}" in the instance has those of instance "default/a"; if that one does not ` +
    "need them any more, remove the file",
  ]);
  const renamed = guest({ ...id(ID), [STORE]: { text: saved } });
  await save(renamed.port, STORE, { keep, run: to, owner: "default/c" });
  assertEquals(renamed.files.get(STORE)?.text, saved.replace("default/a", "default/c"));
});

Deno.test("an instance gets its own saved files, and not those of another one", async () => {
  const content = new TextEncoder().encode(ID);
  const file = { kind: "file", path: "/etc/machine-id", mode: 0o444, uid: 0, gid: 0, content } as const;
  const path = "/srv/a/.lxops/keep";
  const restored = async (owner?: string) => {
    const { files, port } = guest({ "/etc": { kind: "directory" } });
    const { notes, run: to } = run();
    const answer = ({ argv: [program] }: { argv: readonly string[] }) =>
      Promise.resolve({
        code: 0,
        stderr: "",
        stdout: program === "find" ? `${path}\n` : encodeBundle([file], owner),
      });
    const all = {
      ...to,
      signal: new AbortController().signal,
      controls: {
        host: { run: answer },
        server: { instance: () => Promise.resolve(undefined) },
        control: { withFiles: (_: unknown, act: (files: GuestFiles) => unknown) => act(port) },
      },
    } as unknown as Parameters<typeof keepFiles>[1];
    const instance = { project: "default", name: "a" };
    await keepFiles({ how: "restore", instance, keep: ["machine-id"], path }, all);
    return [files.get("/etc/machine-id")?.text, notes];
  };
  assertEquals(await restored("default/a"), [ID, []]);
  assertEquals(await restored(), [ID, []]);
  assertEquals(await restored("default/b"), [
    undefined,
    [`Kept files are not put into place: "${path}" has those of instance "default/b"`],
  ]);
});
