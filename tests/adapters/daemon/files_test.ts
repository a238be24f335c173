import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readInstanceFile } from "../../../lib/adapters/daemon/files.ts";
import { openSocket } from "../../../lib/adapters/transport/unix_socket.ts";
import { InterruptedError, ServerError, StateError, TimeoutError } from "../../../lib/base/errors.ts";
import type { Push } from "../../../lib/ports/mod.ts";
import { fakeBackend, fakeDaemon, refused, type Reply } from "../../fakes/fake_daemon.ts";
import { rejection } from "../../support/rejection.ts";
import type { Seen, Wire } from "../../fakes/wire.ts";

const never = new AbortController().signal;
const instance = { project: "p 1", name: "c1" };
const FILES = "/1.0/instances/c1/files";

const push: Push = {
  instance,
  path: "/etc/a b",
  content: new TextEncoder().encode("text\n"),
  mode: 0o640,
  uid: 1,
  gid: 2,
};

async function pushTo(reply: Reply, more: Partial<Push> = {}, signal = never): Promise<void> {
  await using daemon = await fakeDaemon({ [`POST ${FILES}`]: reply });
  await (await daemon.connect()).control.push({ ...push, ...more }, signal);
}

async function read(path: string, reply: Reply): Promise<string | undefined> {
  await using daemon = await fakeDaemon({ [`GET ${FILES}`]: reply });
  const content = await (await daemon.connect()).server.readFile(instance, path);
  return content && new TextDecoder().decode(content);
}

/** Answers as a file system does: by the path that was asked for. */
function fileSystem(files: Readonly<Record<string, string>>): Reply {
  return async (wire: Wire, seen: Seen) => {
    const path = new URLSearchParams(seen.path.split("?")[1]).get("path") ?? "";
    const found = files[path];
    if (found === undefined) return await wire.reply(404, '{"type":"error","error":"Not Found"}');
    const [type = "", text = ""] = found.split(":");
    await wire.reply(200, text, { "X-LXD-type": type });
  };
}

Deno.test("push() sends the content, and owner and mode in the headers of both daemons", async () => {
  await using daemon = await fakeDaemon({ [`POST ${FILES}`]: { metadata: {} } });
  await (await daemon.connect()).control.push(push, never);
  const [seen] = daemon.seen;
  assertEquals(seen!.path, `${FILES}?project=p%201&path=%2Fetc%2Fa%20b`);
  assertEquals(seen!.body, "text\n");
  for (const prefix of ["x-incus", "x-lxd"]) {
    const header = (key: string) => seen!.headers.get(`${prefix}-${key}`);
    assertEquals(["type", "write", "mode", "uid", "gid"].map(header), [
      "file",
      "overwrite",
      "0640",
      "1",
      "2",
    ]);
  }
});

Deno.test("push() names file and instance in front of the daemon's words", async () => {
  await using daemon = await fakeDaemon({
    [`POST ${FILES}`]: refused(404, "Not Found"),
    "GET /1.0/instances/c1": { metadata: {} },
  });
  const error = await rejection((await daemon.connect()).control.push(push, never), ServerError);
  assertStringIncludes(error.message, 'Cannot write "/etc/a b" in instance "c1": Not Found (POST ');
  assertEquals(error.status, 404);
  assert(error.advice.some((line) => line.includes("directory")));
});

/** The requests of push() for a file that exists, with the identity of that file. */
async function replaced(headers: Record<string, string>, more: Partial<Push>): Promise<string[]> {
  await using daemon = await fakeDaemon({
    [`GET ${FILES}`]: async (wire, seen) => {
      const link = seen.path.endsWith("a%20b") && headers["X-LXD-type"] === "symlink";
      await wire.reply(
        200,
        link ? "../real" : "text",
        link ? headers : { ...headers, "X-LXD-type": headers["X-Incus-kind"] ?? "file" },
      );
    },
    [`DELETE ${FILES}`]: { metadata: {} },
    [`POST ${FILES}`]: { metadata: {} },
  });
  await (await daemon.connect()).control.push({ ...push, ...more }, never);
  return daemon.seen.map(({ method, path, headers }) => {
    const owner = ["mode", "uid", "gid"].map((key) => headers.get(`x-lxd-${key}`)).join(" ");
    return `${method} ${new URLSearchParams(path.split("?")[1]).get("path")}${
      method === "POST" ? ` ${owner}` : ""
    }`;
  });
}

Deno.test("push() gives an existing file the mode and owner that were asked for, and leaves the others", async () => {
  const there = { "X-LXD-mode": "0755", "X-LXD-uid": "5", "X-LXD-gid": "6" };
  const at = "/etc/a b";
  assertEquals(await replaced(there, {}), [`POST ${at} 0640 1 2`]);
  assertEquals(await replaced(there, { set: ["mode"] }), [
    `GET ${at}`,
    `DELETE ${at}`,
    `POST ${at} 0640 5 6`,
  ]);
  assertEquals(await replaced(there, { set: ["mode"], mode: 0o755 }), [`GET ${at}`, `POST ${at} 0755 5 6`]);
  assertEquals(await replaced(there, { set: ["uid", "gid"] }), [
    `GET ${at}`,
    `DELETE ${at}`,
    `POST ${at} 0755 1 2`,
  ]);
  const link = { ...there, "X-LXD-type": "symlink" };
  assertEquals(await replaced(link, { set: ["gid"] }), [
    `GET ${at}`,
    "GET /etc/../real",
    "DELETE /etc/../real",
    "POST /etc/../real 0755 5 2",
  ]);
  assertEquals(await replaced({ ...there, "X-Incus-kind": "directory" }, { set: ["gid"] }), [
    `GET ${at}`,
    `POST ${at} 0640 1 2`,
  ]);
});

Deno.test("push() says so where there is no such instance, and how to write into a directory", async () => {
  await using daemon = await fakeDaemon({
    [`POST ${FILES}`]: refused(404, "Instance not found"),
    "GET /1.0/instances/c1": refused(404, "Instance not found"),
  });
  const missing = await rejection((await daemon.connect()).control.push(push, never), ServerError);
  assertEquals([missing.message, missing.advice], ['There is no instance "c1" in project "p 1"', []]);
  const directory = await rejection(pushTo(refused(500, "open /etc/a b: is a directory")), ServerError);
  assertStringIncludes(directory.advice.join("\n"), "To write a file into that directory: c1/etc/a b/");
});

Deno.test("push() throws the daemon's words when they come before the content was read", async () => {
  const words = "write /root/big: disk quota exceeded";
  const early: Reply = async (wire) => {
    await wire.reply(500, JSON.stringify({ type: "error", error_code: 500, error: words }));
    wire.close();
  };
  const error = await rejection(pushTo(early, { content: new Uint8Array(8_000_000) }), ServerError);
  assertStringIncludes(error.message, words);
  assertEquals(error.status, 500);
});

Deno.test("push() throws a ServerError when the daemon goes away in the middle of the content", async () => {
  const error = await rejection(
    pushTo((wire) => wire.close(), { content: new Uint8Array(8_000_000) }),
    ServerError,
  );
  assertStringIncludes(error.message, "whether it was carried out is unknown");
});

Deno.test("push() ends with the signal", async () => {
  const stop = new AbortController();
  const reason = new InterruptedError("Interrupted");
  const hanging: Reply = () => {
    stop.abort(reason);
    return new Promise(() => {});
  };
  assertEquals(await rejection(pushTo(hanging, {}, stop.signal), InterruptedError), reason);
});

/** Tells whether the daemon's answers to `HEAD` and `GET` are those about a directory. */
async function directory(head: Reply, get: Reply): Promise<[boolean | Error, string[]]> {
  await using daemon = await fakeDaemon({ [`HEAD ${FILES}`]: head, [`GET ${FILES}`]: get });
  const { server } = await daemon.connect();
  const answer = await server.isDirectory(instance, "/a b").catch((error) => error);
  return [answer, daemon.seen.map(({ method, path }) => `${method} ${path}`)];
}

/** Answers with a type and no content. */
function typed(type: string): Reply {
  return async (wire) => await wire.reply(200, "", { "X-Incus-type": type });
}

Deno.test("isDirectory() asks once about a directory, behind links at its path", async () => {
  const path = `${FILES}?project=p%201&path=%2Fa%20b%2F.`;
  assertEquals(await directory(typed("directory"), refused(500, "no")), [true, [`HEAD ${path}`]]);
});

Deno.test("isDirectory() asks again for the reason of another answer, also of a daemon without HEAD", async () => {
  const none = refused(404, "Not Found");
  assertEquals((await directory(none, none))[0], false);
  assertEquals((await directory(none, typed("directory")))[0], true);
  assertEquals((await directory(refused(500, ""), refused(500, "stat: not a directory")))[0], false);
  const [error] = await directory(refused(500, ""), refused(500, "the agent is away"));
  assert(error instanceof ServerError);
  assertStringIncludes(error.message, "the agent is away");
});

Deno.test("readFile() returns a file's bytes, and nothing where there is none", async () => {
  const files = fileSystem({ "/etc/hostname": "file:c1\n" });
  assertEquals(await read("/etc/hostname", files), "c1\n");
  assertEquals(await read("/none", files), undefined);
});

Deno.test("readFile() follows symbolic links as the instance would", async () => {
  const files = fileSystem({
    "/etc/os-release": "symlink:../usr/lib/os-release",
    "/etc/../usr/lib/os-release": "symlink:/real",
    "/real": "file:ID=x\n",
    "/broken": "symlink:gone",
  });
  assertEquals(await read("/etc/os-release", files), "ID=x\n");
  assertEquals(await read("/broken", files), undefined);
});

Deno.test("readFile() throws on a directory and on links in a circle", async () => {
  const files = fileSystem({ "/etc": "directory:", "/a": "symlink:/b", "/b": "symlink:/a" });
  const directory = await rejection(read("/etc", files), StateError);
  assertStringIncludes(directory.message, '"/etc" in instance "c1" is a directory');
  const circle = await rejection(read("/a", files), StateError);
  assertStringIncludes(circle.message, 'Too many symbolic links at "/a"');
});

Deno.test("readFile() throws the daemon's words and a broken connection", async () => {
  const refusedError = await rejection(read("/x", refused(500, "not a directory")), ServerError);
  assertStringIncludes(refusedError.message, "not a directory (GET ");
  const cut: Reply = async (wire) => {
    await wire.write("HTTP/1.1 200 OK\r\nX-Incus-Type: file\r\nContent-Length: 100\r\n\r\nhalf");
    wire.close();
  };
  await rejection(read("/x", cut), ServerError);
});

Deno.test("readFile() refuses a file of more than 16 MiB, also one without an end", async () => {
  const chunk = new Uint8Array(65536);
  let sent = 0;
  const endless: Reply = async (wire) => {
    await wire.write("HTTP/1.1 200 OK\r\nX-LXD-Type: file\r\n\r\n");
    try {
      // At 32 MiB the other side plainly reads too much.
      for (; sent < 32 * 1024 * 1024; sent += chunk.length) await wire.write(chunk);
    } catch {
      // It reads no more.
    }
  };
  const error = await rejection(read("/var/lib/lxops/journal", endless), StateError);
  assertStringIncludes(error.message, '"/var/lib/lxops/journal" in instance "c1" is larger than 16 MiB');
  assert(sent < 20 * 1024 * 1024, `${sent} bytes were sent`);
});

const fifos: Readonly<Record<string, string>> = {
  "does not answer": "",
  "answers and sends no content": "HTTP/1.1 200 OK\r\nX-LXD-Type: file\r\nContent-Length: 9\r\n\r\n",
  "stops amid an error": "HTTP/1.1 500 X\r\nContent-Length: 9\r\n\r\n{",
};
for (const [what, head] of Object.entries(fifos)) {
  Deno.test(`readInstanceFile() gives up when the daemon ${what}`, async () => {
    const reply: Reply = async (wire) => {
      if (head) await wire.write(head);
      await new Promise(() => {});
    };
    await using daemon = await fakeDaemon({ [`GET ${FILES}`]: reply });
    const endpoint = openSocket(fakeBackend, daemon.socket, []);
    const error = await rejection(readInstanceFile(endpoint, instance, "/f", 16, 50), TimeoutError);
    assertStringIncludes(error.message, `did not answer GET ${FILES}?project=p%201&path=%2Ff within 0.05 s`);
    assertEquals(
      error.advice[0],
      '"/f" in instance "c1" may be a FIFO or a device; a file is expected there',
    );
    endpoint.close();
  });
}
