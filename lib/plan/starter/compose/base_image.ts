/**
 * Images of systems in the place of images of one program, as compose files name them.
 *
 * @module
 */

/** An image of a system, and the packages to install there. */
export interface BaseImage {
  readonly image: string;
  readonly ostype: string;
  readonly packages: readonly string[];
}

/** Packages by the name of an image, for Debian and for Alpine where they differ. */
const PACKAGES: Readonly<Record<string, readonly [debian: string, alpine: string]>> = {
  caddy: ["caddy", "caddy"],
  eclipse_mosquitto: ["mosquitto", "mosquitto"],
  haproxy: ["haproxy", "haproxy"],
  httpd: ["apache2", "apache2"],
  mariadb: ["mariadb-server", "mariadb"],
  memcached: ["memcached", "memcached"],
  mysql: ["mariadb-server", "mariadb"],
  nginx: ["nginx", "nginx"],
  node: ["nodejs", "nodejs"],
  php: ["php-fpm", "php83-fpm"],
  postgres: ["postgresql", "postgresql"],
  python: ["python3", "python3"],
  rabbitmq: ["rabbitmq-server", "rabbitmq-server"],
  redis: ["redis-server", "redis"],
  unbound: ["unbound", "unbound"],
  valkey: ["valkey-server", "valkey"],
};

const ALPINE = { image: "images:alpine/3.22", ostype: "alpine" } as const;
const DEBIAN = { image: "images:debian/13", ostype: "debian" } as const;
const UBUNTU = { image: "images:ubuntu/24.04", ostype: "ubuntu" } as const;

/** Returns the image of a system in the place of another image: of the system that its name tells, or Debian. */
export function baseImage(name: string): BaseImage {
  const [path = "", tag = ""] = name.replace(/@.*$/s, "").split(/:(?=[^/:]*$)/);
  const short = path.split("/").at(-1)!.toLowerCase();
  const isAlpine = /alpine/i.test(tag) || short === "alpine";
  const system = isAlpine ? ALPINE : short === "ubuntu" || /ubuntu|noble/i.test(tag) ? UBUNTU : DEBIAN;
  const key = short.replaceAll("-", "_");
  const found = Object.hasOwn(PACKAGES, key) ? PACKAGES[key] : undefined;
  return { ...system, packages: found ? [found[isAlpine ? 1 : 0]] : [] };
}
