import threading

import pytest

from rnndash.training.second_thread import SecondThread

PATIENCE_S = 30


def test_job_is_done_beside_the_caller():
    begun, go_on = threading.Event(), threading.Event()

    def job():
        begun.set()
        assert go_on.wait(PATIENCE_S)
        return threading.get_ident()

    result = SecondThread(lambda: True).start(job)
    assert begun.wait(PATIENCE_S)
    go_on.set()
    assert result() != threading.get_ident()


def test_job_that_has_not_begun_is_done_by_who_wants_its_result():
    second_thread, go_on, done = SecondThread(lambda: True), threading.Event(), []
    begun = threading.Event()

    def first():
        begun.set()
        assert go_on.wait(PATIENCE_S)

    busy = second_thread.start(first)
    assert begun.wait(PATIENCE_S)
    result = second_thread.start(lambda: done.append(threading.get_ident()))
    result()
    go_on.set()
    busy()
    assert done == [threading.get_ident()]


def test_fault_of_a_job_reaches_who_wants_its_result():
    def job():
        raise ArithmeticError("no number")

    result = SecondThread(lambda: True).start(job)
    with pytest.raises(ArithmeticError, match="no number"):
        result()


def test_without_a_second_thread_the_caller_does_it_when_it_wants_the_result():
    done = []
    result = SecondThread(lambda: False).start(lambda: done.append(threading.get_ident()))
    assert done == []
    result()
    assert done == [threading.get_ident()]


def test_where_no_thread_can_be_started_the_caller_does_it(monkeypatch):
    def refuse(*_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    second_thread, done = SecondThread(lambda: True), []
    for number in range(3):
        second_thread.start(lambda number=number: done.append(number))()
    assert done == [0, 1, 2]


def test_job_that_can_be_left_undone_is_called_off_unless_it_has_begun():
    second_thread, go_on, done = SecondThread(lambda: True), threading.Event(), []
    begun = threading.Event()

    def first():
        begun.set()
        assert go_on.wait(PATIENCE_S)
        done.append("first")

    settle_first = second_thread.try_to(first)
    assert begun.wait(PATIENCE_S)
    settle_second = second_thread.try_to(lambda: done.append("second"))
    settle_second()
    go_on.set()
    settle_first()
    second_thread.start(lambda: None)()
    assert done == ["first"]


def test_fault_of_a_job_that_can_be_left_undone_reaches_who_waits_for_it():
    begun = threading.Event()

    def job():
        begun.set()
        raise ArithmeticError("no number")

    settle = SecondThread(lambda: True).try_to(job)
    assert begun.wait(PATIENCE_S)
    with pytest.raises(ArithmeticError, match="no number"):
        settle()


def test_without_a_second_thread_a_job_is_left_undone():
    SecondThread(lambda: False).try_to(lambda: pytest.fail("it was done"))()


def test_thread_ends_with_its_object():
    second_thread, threads = SecondThread(lambda: True), []
    second_thread.start(lambda: threads.append(threading.current_thread()))()
    if threads == [threading.current_thread()]:  # the caller was first
        begun = threading.Event()
        second_thread.start(lambda: (threads.append(threading.current_thread()), begun.set()))
        assert begun.wait(PATIENCE_S)
    assert threads[-1].is_alive()
    del second_thread
    threads[-1].join(PATIENCE_S)
    assert not threads[-1].is_alive()
