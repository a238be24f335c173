/** A simplestreams server behind HTTPS, in all ways in which it can fail. */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { makeClientCertificate } from "../../../lib/adapters/remote/client_certificate.ts";
import { readStream } from "../../../lib/adapters/remote/simplestreams.ts";
import { LxopsError } from "../../../lib/base/errors.ts";

const INDEX = "/base/streams/v1/index.json";
const LIST = "/base/streams/v1/images.json";

function index(...paths: readonly string[]): string {
  const entries = paths.map((path) => [path, { datatype: "image-downloads", format: "products:1.0", path }]);
  return JSON.stringify({ index: Object.fromEntries(entries) });
}

const list = JSON.stringify({
  products: {
    tiny: {
      aliases: "tiny",
      arch: "amd64",
      versions: {
        "20260131": { items: { a: { ftype: "incus_combined.tar.gz", sha256: "e".repeat(64), size: 3 } } },
      },
    },
  },
});

type Files = Readonly<Record<string, () => Response | Promise<Response>>>;

async function read(
  files: Files,
  options: { readonly limitMs?: number; readonly signal?: AbortSignal } = {},
) {
  const { certificate, key } = await makeClientCertificate("someone", new Date(), "server");
  const asked: string[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, cert: certificate, key, onListen: () => {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      asked.push(pathname);
      return await files[pathname]?.() ?? new Response("nothing", { status: 404 });
    },
  );
  try {
    const url = `https://127.0.0.1:${server.addr.port}/base/`;
    const stream = await readStream({ url, certificate }, {
      remote: "mine",
      protocol: "incus",
      architecture: "x86_64",
      signal: new AbortController().signal,
      ...options,
    });
    return { stream, asked };
  } finally {
    await server.shutdown();
  }
}

async function failure(...given: Parameters<typeof read>): Promise<string> {
  return (await assertRejects(() => read(...given), LxopsError)).message;
}

const text = (body: string) => () => new Response(body);

Deno.test("readStream() reads the index and the lists of images below the server's address", async () => {
  const { stream, asked } = await read({
    [INDEX]: text(index("streams/v1/images.json")),
    [LIST]: text(list),
  });
  assertEquals(asked, [INDEX, LIST]);
  assertEquals(stream.images.map(({ aliases, size }) => [aliases, size]), [[["tiny"], 3]]);
});

Deno.test("readStream() names the error in the server's data", async () => {
  assertStringIncludes(await failure({}), `it answered 404 to GET ${INDEX}`);
  assertStringIncludes(await failure({ [INDEX]: text("<html>") }), `"${INDEX}" is not JSON`);
  const lost = await failure({ [INDEX]: text(index("streams/v1/images.json")) });
  assertStringIncludes(lost, `it answered 404 to GET ${LIST}`);
});

Deno.test("readStream() reads no more than 4 MiB of an index", async () => {
  const much = new Uint8Array(5 * 1024 * 1024).fill(32);
  assertStringIncludes(await failure({ [INDEX]: () => new Response(much) }), "is larger than 4 MiB");
});

Deno.test("readStream() waits no longer than its limit for an answer, and ends with a signal", async () => {
  const hangs: Files = {
    [INDEX]: () => new Promise((resolve) => setTimeout(() => resolve(new Response("")), 400)),
  };
  const [late, gone] = await Promise.all([
    failure(hangs, { limitMs: 50 }),
    assertRejects(() => read(hangs, { signal: AbortSignal.timeout(50) })),
  ]);
  assertStringIncludes(late, "did not answer GET /base/streams/v1/index.json within 0.05 s");
  assertEquals((gone as Error).name, "TimeoutError");
});

Deno.test("readStream() takes nothing from a server without HTTPS", async () => {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => new Response("{}"));
  try {
    const error = await assertRejects(() =>
      readStream({ url: `http://127.0.0.1:${server.addr.port}` }, {
        remote: "mine",
        protocol: "incus",
        architecture: "x86_64",
        signal: new AbortController().signal,
      }), LxopsError);
    assertStringIncludes(error.message, "which is not HTTPS");
  } finally {
    await server.shutdown();
  }
});
