import { assertEquals, assertStringIncludes } from "@std/assert";
import { tinyImage } from "../../../scripts/testbed/tiny_image.ts";
import { plainConfig } from "../support/configs.ts";
import { type Ground, onBoth } from "../support/daemon.ts";

/** A simplestreams server with one image, as `images.linuxcontainers.org` is one with many. */
async function serveImages(
  ground: Ground,
  product: string,
): Promise<{ port: number; close(): Promise<void> }> {
  const image = await bytesOf(await tinyImage("tiny2"));
  const sha256 = [...new Uint8Array(await crypto.subtle.digest("SHA-256", image))]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const arch = Deno.build.arch === "aarch64" ? "arm64" : "amd64";
  const ftype = ground.daemon.title === "Incus" ? "incus_combined.tar.gz" : "lxd_combined.tar.gz";
  const index = {
    format: "index:1.0",
    index: {
      images: {
        datatype: "image-downloads",
        path: "streams/v1/images.json",
        products: [product],
        format: "products:1.0",
      },
    },
  };
  const images = {
    format: "products:1.0",
    datatype: "image-downloads",
    content_id: "images",
    products: {
      [product]: {
        aliases: product,
        arch,
        os: "tiny",
        release: "2",
        release_title: "2",
        variant: "default",
        versions: {
          "20260101": { items: { [ftype]: { ftype, path: "image.tar.gz", sha256, size: image.length } } },
        },
      },
    },
  };
  const bodies: Record<string, BodyInit> = {
    "/streams/v1/index.json": JSON.stringify(index),
    "/streams/v1/images.json": JSON.stringify(images),
    "/image.tar.gz": image,
  };
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    cert: await Deno.readTextFile(`${ground.dir}/server.crt`),
    key: await Deno.readTextFile(`${ground.dir}/server.key`),
    onListen: () => {},
  }, (request) => {
    const body = bodies[new URL(request.url).pathname];
    return body === undefined ? new Response("not found", { status: 404 }) : new Response(body);
  });
  return { port: server.addr.port, close: () => server.shutdown() };
}

async function bytesOf(image: unknown): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(image as BodyInit).arrayBuffer());
}

async function makeCertificate(ground: Ground): Promise<void> {
  const { success } = await new Deno.Command("openssl", {
    args: [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"],
      ...["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
      ...["-keyout", `${ground.dir}/server.key`, "-out", `${ground.dir}/server.crt`],
    ],
    stderr: "null",
  }).output();
  assertEquals(success, true);
}

onBoth("an image of a remote is pulled by the daemon, for launch and, before anything stops, for rebuild", [
  "directory",
], async (ground) => {
  const name = ground.name();
  const product = `tiny-${name}`;
  await makeCertificate(ground);
  const server = await serveImages(ground, product);
  const conf = `${ground.dir}/${ground.daemon.title === "Incus" ? ".config/incus" : ".config/lxc"}`;
  await Deno.mkdir(`${conf}/servercerts`, { recursive: true });
  await Deno.writeTextFile(
    `${conf}/config.yml`,
    `remotes:\n  mine:\n    addr: https://127.0.0.1:${server.port}\n    protocol: simplestreams\n    public: true\n`,
  );
  await Deno.copyFile(`${ground.dir}/server.crt`, `${conf}/servercerts/mine.crt`);
  try {
    await ground.write("a.yaml", plainConfig());
    await ground.write("b.yaml", plainConfig(`mine:${product}`));
    await ground.write("c.yaml", plainConfig("mine:no-such-image"));
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    const pid = (await ground.get(`/1.0/instances/${name}/state`)).pid;
    const missing = await ground.run(["rebuild", "-name", name, "c.yaml"]);
    assertEquals(missing.code, 4);
    assertStringIncludes(missing.stderr, "no-such-image");
    assertEquals((await ground.get(`/1.0/instances/${name}/state`)).pid, pid);
    await ground.ok(["rebuild", "-name", name, "b.yaml"]);
    assertEquals(await ground.inside(name, "grep VERSION /etc/os-release"), "VERSION_ID=2");
    await ground.ok(["destroy", "--force", "-name", name, "b.yaml"]);
    await ground.ok(["launch", "-name", name, "b.yaml"]);
    assertEquals(await ground.inside(name, "grep VERSION /etc/os-release"), "VERSION_ID=2");
  } finally {
    await server.close();
  }
});
