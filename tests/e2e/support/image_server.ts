/** A simplestreams server on this machine, as images.linuxcontainers.org is one in the network. */
import { assertEquals } from "@std/assert";
import { tinyImage, type TinyKind } from "../../../scripts/testbed/tiny_image.ts";
import type { Ground } from "./daemon.ts";

/** A running server. */
export interface ImageServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves images by their names, and makes the server known to the client of the test as a remote.
 *
 * @param images the image of each product: `{ "alpine/3.22": "tiny" }`
 * @param options the port of an earlier server, which has ended; a text that makes images that no other server has
 */
export async function serveImages(
  ground: Ground,
  remote: string,
  images: Readonly<Record<string, TinyKind>>,
  { port = 0, mark }: { readonly port?: number; readonly mark?: string } = {},
): Promise<ImageServer> {
  // A server that replaces an earlier one keeps its certificate.
  if (port === 0) await makeCertificate(ground.dir);
  const bodies: Record<string, BodyInit> = {};
  const products: Record<string, unknown> = {};
  const ftype = ground.daemon.title === "Incus" ? "incus_combined.tar.gz" : "lxd_combined.tar.gz";
  for (const [name, kind] of Object.entries(images)) {
    const image = mark === undefined ? await tinyImage(kind) : await marked(await tinyImage(kind), mark);
    const path = `${kind}.tar.gz`;
    bodies[`/${path}`] = image;
    products[name] = product(name, { ftype, path, sha256: await sha256(image), size: image.length });
  }
  bodies["/streams/v1/images.json"] = JSON.stringify({
    format: "products:1.0",
    datatype: "image-downloads",
    content_id: "images",
    products,
  });
  bodies["/streams/v1/index.json"] = JSON.stringify({
    format: "index:1.0",
    index: {
      images: {
        datatype: "image-downloads",
        path: "streams/v1/images.json",
        products: Object.keys(products),
        format: "products:1.0",
      },
    },
  });
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port,
    cert: await Deno.readTextFile(`${ground.dir}/server.crt`),
    key: await Deno.readTextFile(`${ground.dir}/server.key`),
    onListen: () => {},
  }, (request) => {
    const body = bodies[new URL(request.url).pathname];
    return body === undefined ? new Response("not found", { status: 404 }) : new Response(body);
  });
  await addRemote(ground, remote, server.addr.port);
  return { port: server.addr.port, close: () => server.shutdown() };
}

/** Appends bytes after the end of an archive, which are not read. */
async function marked(image: Uint8Array<ArrayBuffer>, mark: string): Promise<Uint8Array<ArrayBuffer>> {
  return await new Blob([image, mark.padEnd(512, "\0")]).bytes();
}

function product(
  name: string,
  file: Readonly<Record<string, unknown>> & { readonly ftype: string },
): unknown {
  return {
    aliases: name,
    arch: Deno.build.arch === "aarch64" ? "arm64" : "amd64",
    os: "tiny",
    release: "2",
    release_title: "2",
    variant: "default",
    versions: { "20260101": { items: { [file.ftype]: file } } },
  };
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Writes the remote and its certificate where the daemon's client keeps them. */
async function addRemote(ground: Ground, remote: string, port: number): Promise<void> {
  const conf = `${ground.dir}/${ground.daemon.title === "Incus" ? ".config/incus" : ".config/lxc"}`;
  await Deno.mkdir(`${conf}/servercerts`, { recursive: true });
  await Deno.writeTextFile(
    `${conf}/config.yml`,
    `remotes:\n  ${remote}:\n    addr: https://127.0.0.1:${port}\n    protocol: simplestreams\n    public: true\n`,
  );
  await Deno.copyFile(`${ground.dir}/server.crt`, `${conf}/servercerts/${remote}.crt`);
}

async function makeCertificate(dir: string): Promise<void> {
  const { success } = await new Deno.Command("openssl", {
    args: [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"],
      ...["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
      ...["-keyout", `${dir}/server.key`, "-out", `${dir}/server.crt`],
    ],
    stderr: "null",
  }).output();
  assertEquals(success, true, "openssl failed");
}
