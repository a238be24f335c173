import { assertEquals, assertStringIncludes } from "@std/assert";
import { findSocket } from "../../../lib/adapters/transport/socket.ts";
import { ServerError } from "../../../lib/base/errors.ts";
import { fakeBackend } from "../../fakes/fake_daemon.ts";
import { rejection } from "../../support/rejection.ts";

const host = (env: Readonly<Record<string, string>> = {}) => ({ env: (name: string) => env[name] });

/** Sockets in a directory of their own: `a` and `b` answer, nothing listens at `dead`. */
async function withSockets(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "lxops-sockets-" });
  const listeners = ["a", "b", "unix.socket"].map((name) =>
    Deno.listen({ transport: "unix", path: `${directory}/${name}` })
  );
  const dead = Deno.listen({ transport: "unix", path: `${directory}/dying` });
  await Deno.link(`${directory}/dying`, `${directory}/dead`);
  dead.close();
  try {
    await test(directory);
  } finally {
    for (const listener of listeners) listener.close();
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("findSocket() prefers the option to the environment, and that to the usual places", async () => {
  await withSockets(async (dir) => {
    const backend = { ...fakeBackend, sockets: [`${dir}/none`, `${dir}/b`] };
    const env = { FAKE_SOCKET: `${dir}/b`, FAKE_DIR: dir };
    assertEquals(await findSocket(backend, `${dir}/a`, host(env)), `${dir}/a`);
    assertEquals(await findSocket(backend, undefined, host(env)), `${dir}/b`);
    assertEquals(await findSocket(backend, "", host({ FAKE_DIR: `${dir}/` })), `${dir}/unix.socket`);
    assertEquals(await findSocket(backend, undefined, host()), `${dir}/b`);
  });
});

Deno.test("findSocket() accepts a path with slashes at its end, and refuses files that are no sockets", async () => {
  await withSockets(async (dir) => {
    assertEquals(await findSocket(fakeBackend, `${dir}/a/`, host()), `${dir}/a`);
    assertEquals(await findSocket(fakeBackend, `${dir}/a//.`, host()), `${dir}/a`);
    await Deno.writeTextFile(`${dir}/file`, "");
    const dial = () => Promise.reject(new Deno.errors.NotCapable("Requires write access"));
    const error = await rejection(findSocket(fakeBackend, `${dir}/file`, host(), dial), ServerError);
    assertEquals(error.message, `"${dir}/file" is not a socket`);
  });
});

Deno.test("findSocket() skips a socket at a usual path without a daemon", async () => {
  await withSockets(async (dir) => {
    const backend = { ...fakeBackend, sockets: [`${dir}/dead`, `${dir}/a`] };
    assertEquals(await findSocket(backend, undefined, host()), `${dir}/a`);
  });
});

Deno.test("findSocket() does not look elsewhere when a socket was named", async () => {
  await withSockets(async (dir) => {
    const backend = { ...fakeBackend, sockets: [`${dir}/a`] };
    const error = await rejection(findSocket(backend, undefined, host({ FAKE_DIR: "/none" })), ServerError);
    assertEquals(error.message, 'No socket of Fake found; looked at "/none/unix.socket" (FAKE_DIR)');
    assertStringIncludes(error.advice.join("\n"), "--socket PATH or FAKE_SOCKET");
  });
});

Deno.test("findSocket() advises to name a socket only where none was named, and the other program where its daemon is", async () => {
  // Message 37 of the newcomers' record: "Elsewhere" stood there also with --socket, and nothing of the other daemon.
  await withSockets(async (dir) => {
    const start = [
      'If Fake is installed, start it: "systemctl start fake" or, as a snap, "snap start fake"',
      'If it is not, install it and run "fake init" once',
    ];
    const backend = { ...fakeBackend, sockets: [`${dir}/none`] };
    const named = await rejection(findSocket(backend, `${dir}/none`, host()), ServerError);
    assertEquals(named.message, `No socket of Fake found; looked at "${dir}/none" (--socket)`);
    assertEquals(named.advice, start);
    const elsewhere = "Elsewhere: name the socket with --socket PATH or FAKE_SOCKET";
    const usual = await rejection(findSocket(backend, undefined, host()), ServerError);
    assertEquals(usual.advice, [...start, elsewhere]);
    const beside = { ...backend, otherDaemon: { ...backend.otherDaemon, sockets: [`${dir}/a`] } };
    const other = await rejection(findSocket(beside, undefined, host()), ServerError);
    assertEquals(other.advice, [
      "This is lxops-fake, which is for Fake; for Other there is lxops-other",
      ...start,
      elsewhere,
    ]);
  });
});

Deno.test("findSocket() says that a daemon with an existing socket is not running", async () => {
  await withSockets(async (dir) => {
    const error = await rejection(findSocket(fakeBackend, `${dir}/dead`, host()), ServerError);
    assertEquals(error.message, `Fake is not running: nothing answers at "${dir}/dead" (--socket)`);
    assertStringIncludes(error.advice.join("\n"), "systemctl start fake");
  });
});

Deno.test("findSocket() names the group when it has no permission", async () => {
  const dial = (path: string) =>
    Promise.reject(path === "/a" ? new Deno.errors.NotFound() : new Deno.errors.PermissionDenied());
  const backend = { ...fakeBackend, sockets: ["/a", "/b"] };
  const error = await rejection(findSocket(backend, undefined, host(), dial), ServerError);
  assertEquals(error.message, 'No permission to use the socket of Fake, "/b"');
  assertStringIncludes(error.advice.join("\n"), 'sudo usermod -aG fake-admin "$USER"');
});

Deno.test("findSocket() calls the socket of the other kind of daemon by its name", async () => {
  await withSockets(async (dir) => {
    const backend = {
      ...fakeBackend,
      otherDaemon: { ...fakeBackend.otherDaemon, sockets: [`${dir}/dead`] },
    };
    const advice = ["This is lxops-fake, which is for Fake; for Other there is lxops-other"];
    const dead = await rejection(findSocket(backend, `${dir}/dead`, host()), ServerError);
    assertEquals(dead.message, `Other is not running: nothing answers at "${dir}/dead" (--socket)`);
    assertEquals(dead.advice, advice);
    const refuse = () => Promise.reject(new Deno.errors.PermissionDenied("no"));
    const forbidden = async (path: string) =>
      await rejection(findSocket(backend, path, host(), refuse), ServerError);
    const other = await forbidden("/srv/other/unix.socket");
    assertEquals(other.message, 'No permission to use the socket of Other, "/srv/other/unix.socket"');
    assertEquals(other.advice, advice);
    const own = await forbidden("/srv/other/fake/unix.socket");
    assertEquals(own.message, 'No permission to use the socket of Fake, "/srv/other/fake/unix.socket"');
  });
});
