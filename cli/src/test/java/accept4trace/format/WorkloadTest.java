package accept4trace.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests cgroup paths of various tools. ID is a container id of 64 digits, SHORT its first 12 digits. */
class WorkloadTest {
    private static final String ID = "3f2a91c0d1e2aa55".repeat(4);
    private static final String SHORT_ID = "3f2a91c0d1e2";

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // systemd
                "/system.slice/nginx.service, -, nginx.service",
                "/system.slice/system-postgresql.slice/postgresql@15-main.service, -, postgresql@15-main.service",
                "/system.slice/nginx.service/payload, -, nginx.service",
                "/user.slice/user-1000.slice/session-3.scope, -, session-3.scope",
                "/user.slice/user-1000.slice/user@1000.service/app.slice/app-node.service, -, app-node.service",
                "/user.slice/user-1000.slice/user@1000.service/init.scope, -, init.scope",
                "/init.scope, -, init.scope",
                "/machine.slice/systemd-nspawn@web.service/payload, -, systemd-nspawn@web.service",
                // Docker, with and without systemd
                "/system.slice/docker-ID.scope, SHORT, -",
                "/docker/ID, SHORT, -",
                "/system.slice/docker-ID.scope/system.slice/nginx.service, SHORT, nginx.service",
                "/user.slice/user-1000.slice/user@1000.service/user.slice/docker-ID.scope, SHORT, -",
                // podman, with and without a separate cgroup for the container; its monitor is not a container
                "/machine.slice/libpod-ID.scope/container, SHORT, -",
                "/machine.slice/libpod-ID.scope, SHORT, -",
                "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-ID.scope/container, SHORT, -",
                "/machine.slice/libpod-conmon-ID.scope, -, libpod-conmon-ID.scope",
                "/libpod_parent/libpod-ID, SHORT, -",
                // Kubernetes: containerd, CRI-O, Docker; with and without systemd
                "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod0a1b_c.slice/cri-containerd-ID.scope, SHORT, -",
                "/kubepods.slice/kubepods-pod0a1b_c.slice/crio-ID.scope, SHORT, -",
                "/kubepods/besteffort/pod0a1b-c/ID, SHORT, -",
                "/system.slice/containerd.service/kubepods-burstable-pod0a1b_c.slice:cri-containerd:ID, SHORT, -",
                // nerdctl, and the client of containerd
                "/system.slice/nerdctl-ID.scope, SHORT, -",
                "/default/ID, SHORT, -",
                // a container in a container
                "/docker/ID/docker/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, aaaaaaaaaaaa, -",
                // LXC and LXD
                "/lxc.payload.web1, web1, -",
                "/lxc.payload.web1/system.slice/nginx.service, web1, nginx.service",
                "/lxc/web1, web1, -",
                "/lxc.monitor.web1, -, -",
                // seen from inside a cgroup namespace
                "/../docker-ID.scope, SHORT, -",
                "/../../system.slice/nginx.service, -, nginx.service",
                // neither container nor unit
                "/, -, -",
                "/system.slice, -, -",
                "/.service, -, -",
                "/lxc/, -, -",
                "/docker/abc, -, -"
            })
    void findsTheInnermostContainerAndUnit(String path, String container, String unit) {
        assertEquals(
                new Workload(SHORT_ID.equals(full(container)) ? SHORT_ID : container, full(unit)),
                Workload.of(full(path).getBytes(StandardCharsets.US_ASCII)));
    }

    private static String full(String text) {
        return text == null ? null : text.replace("ID", ID).replace("SHORT", SHORT_ID);
    }

    @Test
    void isUnknownWithoutAPath() {
        assertEquals(Workload.NONE, Workload.of(null));
    }
}
