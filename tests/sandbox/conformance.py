"""What every backend must do, tried with small hostile programs in the runner's place.

A new backend runs all of it by one line:
`class TestMine(BackendConformance): backend_name = "mine"`.
"""

import os
import socket
import subprocess
import sys
import threading
import time
from ast import literal_eval
from pathlib import Path
from typing import ClassVar

import pytest

from sandbox import supervision
from sandbox.census import Seen
from sandbox.environments import ENVIRONMENTS, TENSORFLOW
from sandbox.guarantees import Guarantee
from sandbox.probe import calls as probe_calls
from sandbox.probe import lingering
from sandbox.provable import Trace
from sandbox.selfcheck import prove
from sandbox.spec import STOPPED, Outcome, RunResult
from tests.sandbox.lab import LIMITS, MIB, PREDICTIONS, Lab, is_running, provable_backend

START_SLACK_SECONDS = 15.0


def printed(result: RunResult) -> list[str]:
    """The lines of the log."""
    return result.log.decode().splitlines()


class BackendConformance:
    """Inherit, name the backend, mark the class."""

    backend_name: ClassVar[str]

    @pytest.fixture
    def lab(self, tmp_path: Path) -> Lab:
        return Lab(provable_backend(self.backend_name), tmp_path)

    def test_predictions_of_a_good_run_are_collected(self, lab: Lab) -> None:
        result = lab.run("finish(seconds=0.5, secret='x'); sys.exit(0)")
        assert (result.outcome, result.exit_code) == (Outcome.OK, 0)
        task = result.tasks[0]
        assert (task.outcome, task.error_code) == (Outcome.OK, None)
        assert dict(task.report) == {"status": "ok", "rows": 1, "seconds": 0.5}
        assert task.predictions is not None
        assert task.predictions.read_text() == PREDICTIONS
        assert result.backend == self.backend_name
        assert result.usage.output_bytes > 0

    def test_a_run_may_start_again_under_another_name_at_once(self, lab: Lab) -> None:
        assert [lab.run("finish()").outcome for _ in range(2)] == [Outcome.OK, Outcome.OK]

    def test_no_packet_leaves(self, lab: Lab) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(0.1)
            port = listener.getsockname()[1]
            # Positive control: from here the listener can be reached.
            socket.create_connection(("127.0.0.1", port), 1).close()
            listener.accept()[0].close()
            result = lab.run(
                f"""
                for address in ("127.0.0.1", "192.0.2.1", "169.254.169.254"):
                    try:
                        socket.create_connection((address, {port}), 1)
                        print("reached", address)
                    except OSError as error:
                        print("refused")
                """
            )
            with pytest.raises(TimeoutError):
                listener.accept()
        assert printed(result) == ["refused"] * 3

    def test_only_the_run_s_own_folders_can_be_written(self, lab: Lab) -> None:
        result = lab.run(
            """
            for folder in ("/", "/in", "/in/model", "/usr", "/etc", "/dev", "/opt/podium/runner"):
                try:
                    Path(folder, "mark").touch()
                    print("wrote", folder)
                except OSError:
                    pass
            for folder in ("/out", "/tmp", "/dev/shm"):
                Path(folder, "mark").touch()
            """
        )
        assert printed(result) == []

    def test_inputs_stay_as_they_are(self, lab: Lab) -> None:
        result = lab.run(
            """
            target = Path("/in/tasks/a/inputs.jsonl")
            before = target.read_text()
            for act in (
                lambda: target.write_text("changed"),
                lambda: target.unlink(),
                lambda: target.chmod(0o777),
                lambda: os.link(target, "/tmp/link"),
                lambda: os.utime(target),
            ):
                try:
                    act()
                    print("done")
                except OSError:
                    pass
            print(target.read_text() == before)
            """
        )
        assert printed(result) == ["True"]

    def test_the_run_is_nobody_with_no_capability(self, lab: Lab) -> None:
        result = lab.run(
            """
            status = dict(l.split(":", 1) for l in open("/proc/self/status").read().splitlines())
            print(0 in (*os.getresuid(), *os.getresgid()))
            print({int(status[name], 16) for name in ("CapPrm", "CapEff", "CapBnd")})
            try:
                os.setuid(0)
                print("root")
            except OSError:
                print("refused")
            """
        )
        assert printed(result) == ["False", "{0}", "refused"]

    def test_nothing_of_the_worker_is_inherited(
        self, lab: Lab, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PODIUM_CANARY", "canary-7c1f")
        with Path(os.devnull).open() as held:
            os.set_inheritable(held.fileno(), True)
            result = lab.run(
                """
                print("canary-7c1f" in repr(dict(os.environ)), os.environ["HF_HUB_OFFLINE"])
                print(sorted(int(name) for name in os.listdir("/proc/self/fd"))[:4])
                print(os.environ["NVIDIA_VISIBLE_DEVICES"], sys.stdin.read() == "")
                """
            )
        # The fourth file is the listed folder itself.
        assert printed(result) == ["False 1", "[0, 1, 2, 3]", "void True"]

    def test_a_second_run_finds_nothing_of_the_first(self, lab: Lab) -> None:
        program = """
            print([d for d in ("/tmp", "/dev/shm", "/out") if Path(d, "marker").exists()])
            for folder in ("/tmp", "/dev/shm", "/out"):
                Path(folder, "marker").write_text("left")
            """
        assert [printed(lab.run(program)) for _ in range(2)] == [["[]"], ["[]"]]

    def test_two_runs_at_once_see_no_sign_of_each_other(self, lab: Lab) -> None:
        signs = Path(__file__).with_name("signs.py").read_text()
        # Positive control: outside of a sandbox every sign is seen.
        stay = [sys.executable, "-c", f"{signs}\nleave(); print(flush=True); sys.stdin.read()"]
        with subprocess.Popen(stay, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
            assert other.stdout is not None
            other.stdout.readline()
            look = [sys.executable, "-c", f"{signs}\nlook()", "clean"]
            seen = subprocess.run(look, capture_output=True, text=True, check=True).stdout
        assert literal_eval(seen) == [
            *("lock", "record_lock", "socket", "shared_memory", "files", "process")
        ]

        looks: list[RunResult] = []
        first = lab.run(
            f"{signs}\nleave()\nsay('task_started', 'a')\ntime.sleep(600)",
            on_progress=lambda step: looks.append(lab.run(f"{signs}\nlook()")),
            should_stop=lambda: bool(looks),
        )
        assert first.reason == STOPPED, first.log
        assert printed(looks[0]) == ["[]"]

    def test_calls_that_reach_past_a_sandbox_are_refused(self, lab: Lab) -> None:
        calls = Path(probe_calls.__file__).read_text()
        result = lab.run(
            calls + "\nfor name, call in REACHING_OUT.items():\n    print(name, call())"
        )
        # Positive control: tests/sandbox/probe/test_calls.py.
        assert printed(result) == [f"{name} False" for name in probe_calls.REACHING_OUT]

    def test_calls_that_are_holes_on_a_shared_kernel_are_refused(self, lab: Lab) -> None:
        if Guarantee.KERNEL_ISOLATION in lab.backend.guarantees():
            return
        calls = Path(probe_calls.__file__).read_text()
        result = lab.run(
            calls + "\nfor name, call in ON_THIS_KERNEL.items():\n    print(name, call())"
        )
        assert printed(result) == [f"{name} False" for name in probe_calls.ON_THIS_KERNEL]

    def test_taking_memory_without_end_is_out_of_memory(self, lab: Lab) -> None:
        if Guarantee.MEMORY_BOUND not in lab.backend.guarantees():
            assert self.backend_name == "bubblewrap", "only bubblewrap may lack this"
            return
        result = lab.run(
            f"""
            finish("a")
            taken = bytearray()
            while len(taken) < {3 * LIMITS.memory_bytes}:
                taken += b"x" * {8 * MIB}
            print("survived")
            """,
            tasks=("a", "b"),
        )
        assert result.outcome is Outcome.OUT_OF_MEMORY
        assert [task.outcome for task in result.tasks] == [Outcome.OK, Outcome.OUT_OF_MEMORY]
        assert printed(result) == []

    def test_forking_without_end_is_bounded(self, lab: Lab) -> None:
        result = lab.run(
            """
            children = 0
            try:
                while children < 400:
                    if os.fork() == 0:
                        time.sleep(60)
                    children += 1
            except OSError:
                pass
            print(children)
            """,
            memory_bytes=512 * MIB,
        )
        # gVisor ends the whole sandbox at the limit.
        ended_whole = result.outcome is Outcome.CRASHED and printed(result)[-1:] != ["400"]
        assert ended_whole or int(printed(result)[-1]) <= LIMITS.pids

    def test_a_run_that_never_ends_is_killed_with_all_its_children(self, lab: Lab) -> None:
        mark = f"podium-survivor-{time.monotonic_ns()}"
        started = time.monotonic()
        result = lab.run(
            f"""
            import signal, subprocess
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            finish("a")
            daemon = [sys.executable, "-c", "import time; time.sleep(600)", "{mark}"]
            subprocess.Popen(daemon, start_new_session=True)
            os.close(1), os.close(2)
            while True:
                time.sleep(1)
            """,
            tasks=("a", "b"),
            total_seconds=2,
        )
        assert time.monotonic() - started < 2 + START_SLACK_SECONDS
        assert result.outcome is Outcome.TIMEOUT
        assert [task.outcome for task in result.tasks] == [Outcome.OK, Outcome.TIMEOUT]
        assert not is_running(mark)

    @pytest.mark.parametrize("killed", [False, True], ids=["ends", "is killed"])
    def test_no_process_outlives_its_run(self, lab: Lab, killed: bool) -> None:
        mark = f"podium-lingering-{time.monotonic_ns()}"
        traces: list[Trace] = []
        during: list[Seen] = []

        def look() -> None:
            traces.append(lab.backend.trace(lab.names[-1]))
            during.extend(lab.backend.processes(mark, traces[-1].groups))
            lab.tell_seen()

        lab.run(
            Path(lingering.__file__).read_text()
            + f"\nstay({mark!r}); wait_until_seen({{'tasks': ['a']}})"
            + f"\ntime.sleep({600 if killed else 0})",
            on_progress=lambda step: look(),
            should_stop=lambda: killed and bool(during),
        )
        # Positive control: while it was on the worker saw them.
        assert during
        assert lab.backend.processes(mark, traces[0].groups) == []

    def test_a_task_past_its_own_limit_ends_the_run(
        self, lab: Lab, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(supervision, "GRACE_SECONDS", 0.5)
        result = lab.run(
            """
            say("task_started", "a"); finish("a"); say("task_finished", "a")
            say("task_started", "b")
            time.sleep(600)
            """,
            tasks=("a", "b", "c"),
            task_seconds=1,
        )
        assert result.outcome is Outcome.TIMEOUT
        assert [task.outcome for task in result.tasks] == [
            Outcome.OK,
            Outcome.TIMEOUT,
            Outcome.TIMEOUT,
        ]
        assert result.usage.wall_seconds < LIMITS.total_seconds

    def test_a_runner_that_dies_has_crashed(self, lab: Lab) -> None:
        result = lab.run('finish("a"); print("last words"); os._exit(3)', tasks=("a", "b"))
        assert (result.outcome, result.exit_code) == (Outcome.CRASHED, 3)
        assert [task.outcome for task in result.tasks] == [Outcome.OK, Outcome.CRASHED]
        assert printed(result) == ["last words"]

    def test_a_task_without_a_report_has_crashed_though_the_run_is_fine(self, lab: Lab) -> None:
        result = lab.run('finish("b")', tasks=("a", "b"))
        assert result.outcome is Outcome.OK
        assert [task.outcome for task in result.tasks] == [Outcome.CRASHED, Outcome.OK]
        assert result.tasks[0].error_code == "no_report"

    @pytest.mark.parametrize("closed", ["/out", "/out/a"])
    def test_a_run_that_closes_its_output_gets_a_verdict(self, lab: Lab, closed: str) -> None:
        """Were it a fault of ours, it would be tried again for ever, at no cost."""
        result = lab.run(f'Path("/out/a").mkdir(); os.chmod("{closed}", 0)')
        assert (result.outcome, result.reason) == (
            Outcome.OK,
            "the runner walked through all tasks",
        )
        assert result.tasks[0].outcome in {Outcome.REFUSED, Outcome.CRASHED}

    def test_output_that_is_no_plain_file_is_not_read(self, lab: Lab) -> None:
        tasks = ("link", "folderlink", "fifo", "hardlink", "large", "hole", "folder", "good")
        result = lab.run(
            """
            def put(task, make):
                finish(task)
                target = Path("/out", task, "predictions.jsonl")
                target.unlink()
                try:
                    make(target)
                except OSError as error:
                    print(task, error)

            secret = "/in/tasks/good/inputs.jsonl"
            put("link", lambda target: target.symlink_to(secret))
            put("fifo", lambda target: os.mkfifo(target))
            put("large", lambda target: target.write_bytes(bytes(400_000)))
            put("hole", lambda target: (target.touch(), os.truncate(target, 900_000)))
            put("folder", lambda target: target.mkdir())
            finish("good")
            finish("hardlink")
            os.link("/out/hardlink/predictions.jsonl", "/out/other")
            finish("folderlink")
            os.rename("/out/folderlink", "/out/moved")
            os.symlink("/out/moved", "/out/folderlink")
            """,
            tasks=tasks,
            output_files=40,
        )
        outcomes = {task.task: task.outcome for task in result.tasks}
        assert outcomes.pop("good") is Outcome.OK
        assert outcomes.pop("large") is Outcome.OK
        # Each is below the limit of a file, both together are above the limit of the run.
        assert outcomes.pop("hole") is Outcome.OUTPUT_LIMIT
        assert Outcome.OK not in outcomes.values()
        assert outcomes["link"] is outcomes["hardlink"] is Outcome.REFUSED
        read = {task.task for task in result.tasks if task.predictions is not None}
        assert read == {"good", "large"}

    @pytest.mark.parametrize(
        "fill",
        [
            'for n in range(8): Path(f"/out/{n}").write_bytes(bytes(300_000))',
            'for n in range(400): Path(f"/out/{n}").touch()',
        ],
        ids=["bytes", "files"],
    )
    def test_output_can_not_grow_past_its_limit(self, lab: Lab, fill: str) -> None:
        result = lab.run(fill)
        assert result.outcome is Outcome.OUTPUT_LIMIT
        assert result.tasks[0].outcome is Outcome.OUTPUT_LIMIT
        assert result.usage.output_bytes <= LIMITS.output_bytes

    @pytest.mark.parametrize("folder", ["/tmp", "/dev/shm"])
    def test_scratch_space_is_bounded(self, lab: Lab, folder: str) -> None:
        result = lab.run(
            f"""
            written = 0
            try:
                for n in range(100):
                    written += Path("{folder}", str(n)).write_bytes(bytes(1_000_000))
            except OSError as error:
                print(error.errno, written <= 64 * 2**20)
            """,
        )
        assert printed(result) == ["28 True"] or result.outcome is Outcome.OUT_OF_MEMORY

    def test_a_flood_of_output_is_bounded(self, lab: Lab) -> None:
        result = lab.run(
            """
            print("\\x1b[31mfirst\\x1b[0m \\u202eword")
            block = "y" * 1000 + "\\n"
            for _ in range(3000):
                sys.stdout.write(block)
            sys.stdout.write("z" * 3_000_000)
            print("\\nlast")
            """
        )
        assert len(result.log) <= LIMITS.log_bytes
        assert printed(result)[0] == "first word"
        assert printed(result)[-1] == "last"
        assert result.usage.log_bytes > 6_000_000

    def test_progress_comes_in_order_and_in_the_callers_thread(self, lab: Lab) -> None:
        threads = set()
        lab.run(
            """
            say("task_started", "a", done=0, total=2, rate=0)
            time.sleep(0.3)
            say("progress", "a", done=1, total=2, rate=4.5)
            say("progress", "nobody", done=1, total=2)
            time.sleep(0.3)
            finish()
            say("task_finished", "a", done=2, total=2, status="ok")
            """,
            on_progress=lambda step: (threads.add(threading.get_ident()), lab.steps.append(step)),
        )
        assert [(step.event, step.done, step.total) for step in lab.steps] == [
            ("task_started", 0, 2),
            ("progress", 1, 2),
            ("task_finished", 2, 2),
        ]
        assert lab.steps[1].rate == 4.5
        assert threads == {threading.get_ident()}

    def test_a_run_stops_when_the_worker_says_so(self, lab: Lab) -> None:
        result = lab.run("time.sleep(600)", should_stop=lambda: True)
        assert (result.outcome, result.reason) == (Outcome.PLATFORM_FAULT, STOPPED)

    def test_an_error_of_the_callers_ends_the_sandbox_and_is_raised(self, lab: Lab) -> None:
        mark = f"podium-orphan-{time.monotonic_ns()}"

        def fail(step: object) -> None:
            raise ZeroDivisionError

        program = f"""
            import subprocess
            subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", "{mark}"])
            say("task_started", "a")
            time.sleep(600)
            """
        with pytest.raises(ZeroDivisionError):
            lab.run(program, on_progress=fail)
        assert not is_running(mark)

    def test_a_worker_without_the_gpus_asked_for_is_our_fault(self, lab: Lab) -> None:
        result = lab.run("finish()", gpus=99)
        assert result.outcome is Outcome.PLATFORM_FAULT
        assert {task.outcome for task in result.tasks} == {Outcome.PLATFORM_FAULT}

    @pytest.mark.tensorflow
    def test_tensorflow_runs_in_an_environment_of_its_own(self, lab: Lab) -> None:
        assert lab.backend.environments() == set(ENVIRONMENTS)
        result = lab.run(
            """
            import importlib.util
            os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
            import numpy as np
            import tensorflow as tf
            from keras import Sequential, layers, saving

            model = Sequential([layers.Input((4,)), layers.Dense(3, activation="softmax")])
            rows = np.arange(8, dtype=np.float32).reshape(2, 4)
            expected = model(rows).numpy()
            model.save("/tmp/model.keras")
            model.export("/tmp/saved", verbose=False)
            kept = saving.load_model("/tmp/model.keras", compile=False, safe_mode=True)
            served = tf.saved_model.load("/tmp/saved").signatures["serving_default"]
            (exported,) = served(tf.constant(rows)).values()
            print(np.allclose(kept(rows), expected), np.allclose(exported, expected))
            print(importlib.util.find_spec("torch"))
            finish()
            """,
            environment=TENSORFLOW,
            memory_bytes=1024 * MIB,
            tmp_bytes=16 * MIB,
            pids=256,
            task_seconds=120,
            total_seconds=120,
        )
        assert result.outcome is Outcome.OK, (result.reason, result.log)
        assert printed(result)[-2:] == ["True True", "None"], result.log
        assert result.tasks[0].outcome is Outcome.OK

    def test_every_declared_guarantee_holds(self, lab: Lab, tmp_path: Path) -> None:
        proof = prove(lab.backend, work_dir=tmp_path)
        assert dict(proof.withdrawn) == {}
        assert proof.held == lab.backend.guarantees()

    def test_what_a_run_computes_is_counted(self, lab: Lab) -> None:
        result = lab.run(
            """
            until = time.process_time() + 3
            while time.process_time() < until:
                pass
            finish()
            """
        )
        energy = result.usage.energy
        assert energy is not None
        assert energy.source in {"rapl", "estimate"}
        assert energy.joules > 10
