#!/usr/bin/env bash
# Starts a server from a Debian package in the foreground, on the loopback interface. Most names select a server with
# its usual defaults, others select a variant in which a test can easily cause problems. The server keeps all of its
# files in a folder.
#
# Usage: packaged.sh SERVER FOLDER PORT     replaces itself by the server; FOLDER must be open to everybody
#        packaged.sh --packages SERVER...   prints the packages that the servers need
set -euo pipefail

declare -A packages=(
  [apache]=apache2 [dovecot]=dovecot-imapd [gunicorn]=gunicorn [gunicorn-single]=gunicorn [haproxy]=haproxy
  [haproxy-full]=haproxy [haproxy-twice]=haproxy [lighttpd]=lighttpd [memcached]=memcached [mosquitto]=mosquitto
  [nginx]=nginx-light
  [nginx-backlog]=nginx-light [nginx-deferred]=nginx-light [nginx-reuseport]=nginx-light [node]=nodejs
  [node-single]=nodejs [pgbouncer]=pgbouncer [php-fpm]='php-fpm nginx-light' [postgresql]=postgresql
  [redis]=redis-server [redis-backlog]=redis-server [squid]=squid [sshd]=openssh-server [systemd-activate]=systemd
  [tomcat]='tomcat10 tomcat10-user' [unbound]=unbound [uwsgi]='uwsgi-core uwsgi-plugin-python3'
  [uwsgi-single]='uwsgi-core uwsgi-plugin-python3' [varnish]=varnish
)
folder='' port=''

# Writes stdin to a file in the folder, and prints its path.
file() {
  cat >"$folder/$1"
  echo "$folder/$1"
}

as() {
  local user=$1
  shift
  exec setpriv --reuid="$user" --regid="$user" --init-groups "$@"
}

# Prints a configuration of nginx: nginx_conf PARAMETERS-OF-LISTEN LOCATION
nginx_conf() {
  cat <<END
daemon off;
user root;
worker_processes 2;
pid nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  server {
    listen 127.0.0.1:$port $1;
    location / { $2 }
  }
}
END
}

run_nginx() {
  exec nginx -p "$folder" -e stderr -c "$(nginx_conf "$1" "${2:-return 200 ok;}" | file nginx.conf)"
}

start_nginx() { run_nginx ''; }

start_nginx-reuseport() { run_nginx reuseport; }

start_nginx-deferred() { run_nginx deferred; }

start_nginx-backlog() { run_nginx backlog=1; }

# Prints the path of a configuration: haproxy_configuration [LINES-OF-FRONTEND]
haproxy_configuration() {
  file haproxy.cfg <<END
global
  nbthread 4
defaults
  mode http
  timeout client 10s
  timeout server 10s
  timeout connect 5s
frontend web
  bind 127.0.0.1:$port
  http-request return status 200
  ${1-}
END
}

start_haproxy() {
  exec haproxy -W -f "$(haproxy_configuration)"
}

# Serves one client at a time. The others wait in the accept queue.
start_haproxy-full() {
  exec haproxy -f "$(haproxy_configuration $'maxconn 1\n  backlog 100')"
}

# Two instances share the port, as during a reload.
start_haproxy-twice() {
  haproxy -f "$(haproxy_configuration)" &
  exec haproxy -f "$folder/haproxy.cfg"
}

# The modules and numbers of workers are those of Debian's default.
start_apache() {
  exec apache2 -d "$folder" -DFOREGROUND -f "$(file apache.conf <<END
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
Include /etc/apache2/mods-available/mpm_event.conf
ServerName localhost
PidFile $folder/apache.pid
DefaultRuntimeDir $folder
ErrorLog /dev/stderr
User www-data
Group www-data
Listen 127.0.0.1:$port
DocumentRoot $folder
END
  )"
}

run_redis() {
  exec redis-server --bind 127.0.0.1 --port "$port" --dir "$folder" --save '' "$@"
}

start_redis() { run_redis; }

start_redis-backlog() { run_redis --tcp-backlog 1; }

start_memcached() {
  exec memcached -u nobody -l 127.0.0.1 -p "$port"
}

start_postgresql() {
  local bin
  bin=$(echo /usr/lib/postgresql/*/bin)
  mkdir "$folder/data"
  chown postgres: "$folder/data"
  (as postgres "$bin/initdb" -D "$folder/data" >&2)
  as postgres "$bin/postgres" -D "$folder/data" -p "$port" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories="$folder/data"
}

start_pgbouncer() {
  as postgres pgbouncer "$(file pgbouncer.ini <<END
[databases]
postgres = host=127.0.0.1
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = any
END
  )"
}

start_sshd() {
  mkdir -p /run/sshd
  ssh-keygen -q -t ed25519 -N '' -f "$folder/key"
  exec /usr/sbin/sshd -D -e -f "$(file sshd_config <<END
ListenAddress 127.0.0.1:$port
HostKey $folder/key
PidFile none
END
  )"
}

# nginx passes requests to PHP-FPM by an AF_UNIX socket, as in Debian.
start_php-fpm() {
  local fpm
  fpm=$(echo /usr/sbin/php-fpm*)
  echo '<?php echo "ok";' >"$folder/index.php"
  "$fpm" --nodaemonize --fpm-config "$(file fpm.conf <<END
[global]
error_log = /dev/stderr
[www]
user = www-data
listen = $folder/fpm.sock
listen.owner = www-data
pm = dynamic
pm.max_children = 5
pm.start_servers = 2
pm.min_spare_servers = 1
pm.max_spare_servers = 3
END
  )" &
  run_nginx '' "include /etc/nginx/fastcgi_params; fastcgi_param SCRIPT_FILENAME $folder/index.php;
      fastcgi_pass unix:$folder/fpm.sock;"
}

python_application() {
  file application.py <<'END'
def application(environment, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok"]
END
}

run_uwsgi() {
  local processes=$1
  shift
  exec uwsgi_python3 --http-socket "127.0.0.1:$port" --master --processes "$processes" --need-app "$@" \
    --wsgi-file "$(python_application)"
}

start_uwsgi() { run_uwsgi 2; }

# Waits for a silent client for longer than a test lasts.
start_uwsgi-single() { run_uwsgi 1 --socket-timeout 300; }

run_gunicorn() {
  local workers=$1
  shift
  python_application >&2
  cd "$folder"
  exec gunicorn --workers "$workers" "$@" --bind "127.0.0.1:$port" application
}

start_gunicorn() { run_gunicorn 2; }

# Does not replace a worker that waits for a silent client.
start_gunicorn-single() { run_gunicorn 1 --timeout 300; }

# A request for /loop never ends.
node_server() {
  cat <<END
function serve() {
  require('http').createServer((request, response) => {
    while (request.url === '/loop') {}
    response.end('ok');
  }).listen($port, '127.0.0.1');
}
END
}

start_node-single() {
  exec node "$({ node_server && echo 'serve();'; } | file server.js)"
}

# The workers share the listener of their parent.
start_node() {
  exec node "$({ node_server && cat; } <<'END' | file cluster.js
const cluster = require('cluster');
cluster.schedulingPolicy = cluster.SCHED_NONE;
if (cluster.isPrimary) {
  cluster.fork();
  cluster.fork();
} else {
  serve();
}
END
  )"
}

start_tomcat() {
  tomcat10-instance-create -p "$port" -c "$((port + 1))" "$folder/tomcat" >&2
  sed -i "s/<Connector port=\"$port\"/& address=\"127.0.0.1\"/" "$folder/tomcat/conf/server.xml"
  CATALINA_BASE=$folder/tomcat exec /usr/share/tomcat10/bin/catalina.sh run
}

start_varnish() {
  exec varnishd -F -n "$folder/varnish" -a "127.0.0.1:$port" -s malloc,10m -f "$(file default.vcl <<END
vcl 4.1;
backend default none;
sub vcl_recv { return (synth(200)); }
END
  )"
}

start_dovecot() {
  exec dovecot -F -c "$(file dovecot.conf <<END
base_dir = $folder/dovecot
state_dir = $folder/dovecot-state
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = no
passdb {
  driver = static
  args = password=secret
}
service imap-login {
  inet_listener imap {
    port = $port
  }
  inet_listener imaps {
    port = 0
  }
}
END
  )"
}

start_mosquitto() {
  exec mosquitto -c "$(file mosquitto.conf <<END
user root
listener $port 127.0.0.1
allow_anonymous true
END
  )"
}

start_squid() {
  exec squid -N -f "$(file squid.conf <<END
http_port 127.0.0.1:$port
pid_filename $folder/squid.pid
cache_log /dev/null
access_log none
pinger_enable off
END
  )"
}

start_unbound() {
  exec unbound -d -p -c "$(file unbound.conf <<END
server:
  interface: 127.0.0.1@$port
  directory: "$folder"
  chroot: ""
  username: ""
  use-syslog: no
  do-daemonize: no
  local-zone: "test." static
  local-data: "here.test. A 127.0.0.1"
remote-control:
  control-enable: no
END
  )"
}

start_lighttpd() {
  exec lighttpd -D -f "$(file lighttpd.conf <<END
server.document-root = "$folder"
server.bind = "127.0.0.1"
server.port = $port
END
  )"
}

start_systemd-activate() {
  exec systemd-socket-activate --listen="127.0.0.1:$port" --accept --inetd cat
}

if [ "$1" = --packages ]; then
  shift
  for server; do echo "${packages[$server]}"; done | tr ' ' '\n' | sort -u
else
  PATH=$PATH:/usr/sbin:/sbin
  folder=$2 port=$3
  "start_$1"
fi
