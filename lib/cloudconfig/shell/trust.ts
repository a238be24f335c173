/**
 * Shell functions for certificate authorities.
 *
 * @module
 */

/** `lxops_trust PROGRAM` puts certificates to use; `lxops_distrust FAMILY` switches those of the system off. */
export const TRUST = String.raw`
lxops_trust_tool() {
  if command -v "$1" >/dev/null 2>&1; then return 0; fi
  lxops_install ca-certificates
}
lxops_trust() { lxops_trust_tool "$1" && "$1"; }
lxops_distrust() {
  if [ "$1" = redhat ]; then
    rm -rf /etc/pki/ca-trust/extracted/* /usr/share/pki/ca-trust-source/*.p11-kit
    return
  fi
  lxops_trust_tool update-ca-certificates || return
  if command -v debconf-set-selections >/dev/null 2>&1; then
    echo 'ca-certificates ca-certificates/trust_new_crts select no' | debconf-set-selections || return
  fi
  if [ ! -e /etc/ca-certificates.conf ]; then return 0; fi
  cp -p /etc/ca-certificates.conf /etc/ca-certificates.conf.lxops &&
    sed 's/^[^#!]/!&/' /etc/ca-certificates.conf >/etc/ca-certificates.conf.lxops &&
    mv /etc/ca-certificates.conf.lxops /etc/ca-certificates.conf
}
`;
