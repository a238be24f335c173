import { assertEquals, assertStringIncludes } from "@std/assert";
import { bodyText, call } from "../../../lib/adapters/transport/http.ts";
import { openSocket } from "../../../lib/adapters/transport/unix_socket.ts";
import { fakeBackend } from "../../fakes/fake_daemon.ts";
import { echo, failure, type Serve, type Server, serverOf, testClient, textOf } from "./client_contract.ts";

async function start(serve: Serve): Promise<Server> {
  const directory = await Deno.makeTempDir({ prefix: "lxops-unix-" });
  const path = `${directory}/socket`;
  const listener = Deno.listen({ transport: "unix", path });
  const server = serverOf(listener, openSocket(fakeBackend, path, ["advice"]), serve);
  return {
    ...server,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await Deno.remove(directory, { recursive: true });
    },
  };
}

const answers = (text: string): Serve => async (wire) => {
  await wire.readHead();
  await wire.write(text);
};

testClient("openSocket()", start);

Deno.test("openSocket() opens one connection for each request, and no other", async () => {
  await using server = await start(echo);
  const paths = Array.from({ length: 20 }, (_, index) => `/${index}`);
  for (const path of paths) assertEquals(await textOf(server, path), `GET ${path} `);
  assertEquals(server.connections(), 20);
  assertEquals(
    await Promise.all(paths.map((path) => textOf(server, path))),
    paths.map((path) => `GET ${path} `),
  );
  assertEquals(server.connections(), 40);
});

Deno.test("openSocket() uses the socket whatever NO_PROXY and HTTP_PROXY name", async () => {
  const names = ["NO_PROXY", "no_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY"];
  const before = names.map((name) => [name, Deno.env.get(name)] as const);
  try {
    for (const list of ["*,127.0.0.1,localhost", "*", "127.0.0.0/8,0.0.0.0/0", "::/0,100::/8,100::1"]) {
      for (const name of names) Deno.env.set(name, /no_/i.test(name) ? list : "http://127.0.0.1:9");
      await using server = await start(echo);
      assertEquals(await textOf(server, "/1.0"), "GET /1.0 ", list);
      assertEquals(Deno.env.get("NO_PROXY"), list, "programs that lxops starts see it");
    }
  } finally {
    for (const [name, value] of before) {
      value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
    }
  }
});

for (
  const [name, value, reason] of [["DENO_CERT", "/nope", "CA file"], ["DENO_TLS_CA_STORE", "bogus", "store"]]
) {
  Deno.test(`openSocket() says that ${name} is wrong`, async () => {
    // Deno reads the variable once, when it starts.
    const url = import.meta.resolve("../../../lib/adapters/transport/unix_socket.ts");
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        "eval",
        `import { openSocket } from ${JSON.stringify(url)};
         try { openSocket({ title: "LXD", service: "lxd" }, "/socket", []); } catch (error) {
           console.log(error.name, error.message, error.advice.join());
         }`,
      ],
      env: { [name!]: value! },
    }).output();
    const text = new TextDecoder().decode(stdout);
    assertStringIncludes(text, `LxopsError The variable ${name} of the environment is wrong, "${value}": `);
    assertStringIncludes(text, reason!);
    assertStringIncludes(text, `env -u ${name} ...`);
  });
}

Deno.test("openSocket() sends the bodies of changes as streams, which Deno never sends twice", async () => {
  await using server = await start(async (wire) => {
    const head = await wire.readHead();
    const encoding = head!.headers.get("transfer-encoding");
    const text = `${head!.method} ${encoding} ${await wire.readBody(head!.headers)}`;
    await wire.write(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
    await wire.readHead();
  });
  assertEquals(await textOf(server, "/"), "GET null ");
  assertEquals(await textOf(server, "/", { method: "POST", body: "body" }), "POST chunked body");
  assertEquals(await textOf(server, "/", { method: "PUT", body: new Uint8Array([65]) }), "PUT chunked A");
  assertEquals(await textOf(server, "/", { method: "DELETE" }), "DELETE chunked ");
  const stream = new Response("streamed").body!;
  assertEquals(await textOf(server, "/", { method: "POST", body: stream }), "POST chunked streamed");
});

Deno.test("openSocket() sends a change once where the connection ends without an answer", async () => {
  await using server = await start(async (wire) => {
    await wire.readHead();
  });
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
    const before = server.connections();
    await failure(textOf(server, "/", { method, ...(method === "DELETE" ? {} : { body: "{}" }) }));
    assertEquals(server.connections(), before + 1, method);
  }
});

Deno.test("openSocket() reads bodies in chunks, with a length, and up to the end", async () => {
  const cases: Record<string, string> = {
    "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nTrailer: x\r\n\r\n":
      "hello world",
    "transfer-encoding: chunked\r\n\r\n0\r\n\r\n": "",
    "Content-Length: 5\r\n\r\nhello": "hello",
    "\r\nto the end": "to the end",
  };
  for (const [answer, text] of Object.entries(cases)) {
    await using server = await start(answers(`HTTP/1.1 200 OK\r\n${answer}`));
    assertEquals(await textOf(server), text);
  }
});

Deno.test("openSocket() returns status and headers, and skips data before the answer", async () => {
  await using server = await start(
    answers(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nX-Incus-Type: file\r\nContent-Length: 0\r\n\r\n",
    ),
  );
  const response = await call(server.endpoint, { method: "GET", path: "/" });
  assertEquals([response.status, response.ok, response.headers.get("x-incus-type")], [404, false, "file"]);
  assertEquals(await bodyText(server.endpoint, "GET /", response), "");
});

Deno.test("openSocket() reports answers that are not HTTP, and incomplete ones", async () => {
  const cases: readonly string[] = [
    "SSH-2.0-OpenSSH\r\n\r\n",
    "",
    "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
    "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
  ];
  for (const answer of cases) {
    await using server = await start(answers(answer));
    const { message } = await failure(textOf(server));
    assertStringIncludes(message, `Fake at "${server.endpoint.address}" broke the connection during GET / (`);
    const change = await failure(textOf(server, "/", { method: "POST", body: "{}" }));
    assertStringIncludes(change.message, "whether it was carried out is unknown");
    assertEquals(server.connections(), 2, "nothing is sent twice");
  }
});

Deno.test("openSocket() says where nothing listens", async () => {
  const endpoint = openSocket(fakeBackend, "/nonexistent/socket", ["advice"]);
  const { message, advice } = await failure(call(endpoint, { method: "GET", path: "/" }));
  assertEquals(message, 'Cannot reach Fake at "/nonexistent/socket": No such file or directory');
  assertEquals(advice, ["advice"]);
  endpoint.close();
});
