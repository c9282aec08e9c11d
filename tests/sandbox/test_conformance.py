"""Every real backend behaves alike."""

import pytest

from tests.sandbox.conformance import BackendConformance


@pytest.mark.bubblewrap
@pytest.mark.runner
class TestBubblewrap(BackendConformance):
    backend_name = "bubblewrap"


@pytest.mark.docker
class TestDocker(BackendConformance):
    backend_name = "docker"


@pytest.mark.gvisor
class TestDockerWithGvisor(BackendConformance):
    backend_name = "docker+gvisor"
