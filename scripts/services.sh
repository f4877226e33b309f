#!/bin/sh
# Installs what some tests need beyond Python: a browser, database servers and web servers (Debian; run as root).
set -eu
packages="chromium postgresql mariadb-server slapd dovecot-imapd dovecot-pop3d libmariadb-dev pkg-config gcc"
packages="$packages apache2-bin libapache2-mod-auth-openidc nginx-light perl-base"
missing=""
for package in $packages; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
if [ -n "$missing" ]; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # The servers are started by the tests themselves, on ports of their own.
    printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d.otalink
    chmod +x /usr/sbin/policy-rc.d.otalink
    [ -e /usr/sbin/policy-rc.d ] || { ln -s policy-rc.d.otalink /usr/sbin/policy-rc.d; trap 'rm -f /usr/sbin/policy-rc.d' EXIT; }
    # shellcheck disable=SC2086
    apt-get install -y -qq --no-install-recommends $missing
    rm -f /usr/sbin/policy-rc.d.otalink
fi
