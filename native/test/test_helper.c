/* SPDX-License-Identifier: MIT */
/* Tests of the answers of helper programs, and of how the tool handles hostile answers. */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "check.h"
#include "helper/answers.h"
#include "resolver/answer.h"
#include "sandbox/sandbox.h"
#include "stack/answer.h"

#define LIMIT_MS 30000

static const uint8_t loopback[] = {127, 0, 0, 1};
static struct a4t_error error;
static struct a4t_user_stack stack = {.len = 8};
static struct a4t_frame frames[MOST_FRAMES];
static uint32_t cut;
static uint64_t offset_of_function; /* of serve_stacks() in its file, according to libdw */
static char name[A4T_HOST_NAME_BYTES];

/* Forks a process that answers like a helper, but unconfined, because sanitizers need more system calls. */
static struct helper fork_peer(void (*answer)(int socket), int limit_ms)
{
	struct helper helper = {.limit_ms = limit_ms};
	int ends[2];

	CHECK_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends));
	helper.pid = fork();
	if (helper.pid == 0) {
		close(ends[0]);
		answer(ends[1]);
		_exit(0);
	}
	close(ends[1]);
	helper.socket = ends[0];
	helper.pidfd = syscall(SYS_pidfd_open, helper.pid, 0);
	return helper;
}

static void serve_stacks(int socket)
{
	unwinder.prepare();
	serve(&unwinder, socket);
}

/* This process has not loaded libdw, so its fork has not loaded it, either. */
static void serve_stacks_without_libdw(int socket)
{
	serve(&unwinder, socket);
}

static void serve_names(int socket)
{
	serve(&resolver, socket);
}

static void the_unwinder_gets_files_from_the_tool(void)
{
	struct helper helper = fork_peer(serve_stacks, LIMIT_MS);
	struct a4t_stacks *stacks = stacks_of(&helper);
	int files = open_files();

	stack.registers[16] = stack.registers[32] = (uintptr_t)serve_stacks;
	CHECK(a4t_stacks_unwind(stacks, getpid(), &stack, frames, 1, &cut) == 1);
	CHECK_TEXT("serve_stacks", frames[0].function ? frames[0].function : "");
	CHECK(frames[0].path && strstr(frames[0].path, "/test_helper"));
	CHECK(!frames[0].unread);
	CHECK_EQ((uintptr_t)serve_stacks, frames[0].address);
	offset_of_function = frames[0].file_offset;
	CHECK_EQ(files, open_files());
	free_stacks(stacks);
	CHECK_EQ(-1, waitpid(helper.pid, NULL, WNOHANG));
}

static void without_libdw_the_unwinder_only_knows_the_innermost_file(void)
{
	struct helper helper = fork_peer(serve_stacks_without_libdw, LIMIT_MS);
	struct a4t_stacks *stacks = stacks_of(&helper);

	stack.registers[16] = stack.registers[32] = (uintptr_t)serve_stacks;
	CHECK_EQ(1, a4t_stacks_unwind(stacks, getpid(), &stack, frames, MOST_FRAMES, &cut));
	CHECK_EQ(1, cut);
	CHECK(!frames[0].function);
	CHECK(frames[0].path && strstr(frames[0].path, "/test_helper"));
	CHECK_TEXT("no libdw", frames[0].unread ? frames[0].unread : "");
	CHECK_EQ((uintptr_t)serve_stacks, frames[0].address);
	CHECK_EQ(offset_of_function, frames[0].file_offset);
	free_stacks(stacks);
}

/* Serves with a limit that allows `room` more open files. */
static void serve_stacks_with_room(int socket, int room)
{
	int first_free = dup(socket);
	struct rlimit limit = {first_free + room, first_free + room};

	close(first_free);
	unwinder.prepare();
	setrlimit(RLIMIT_NOFILE, &limit);
	serve(&unwinder, socket);
}

static void serve_stacks_without_room(int socket)
{
	serve_stacks_with_room(socket, 0);
}

static void serve_stacks_with_room_for_one_file(int socket)
{
	serve_stacks_with_room(socket, 1);
}

/* Unwinds a stack of one frame at an address. Returns why its file was not read; empty if it was read. */
static const char *why_unread_at(struct a4t_stacks *stacks, const void *address)
{
	stack.registers[16] = stack.registers[32] = (uintptr_t)address;
	CHECK_EQ(1, a4t_stacks_unwind(stacks, getpid(), &stack, frames, 1, &cut));
	return frames[0].unread ? frames[0].unread : "";
}

static void a_lack_of_descriptors_is_a_reason_for_missing_names(void)
{
	struct helper helper = fork_peer(serve_stacks_with_room_for_one_file, LIMIT_MS);
	struct a4t_stacks *stacks = stacks_of(&helper);

	CHECK_TEXT("", why_unread_at(stacks, serve_stacks));
	CHECK(frames[0].function);
	CHECK_TEXT("too many open files", why_unread_at(stacks, dlsym(RTLD_DEFAULT, "getppid")));
	CHECK(frames[0].path && strstr(frames[0].path, "libc"));
	CHECK(!frames[0].function);
	free_stacks(stacks);
	helper = fork_peer(serve_stacks_without_room, LIMIT_MS);
	stacks = stacks_of(&helper);
	CHECK_TEXT("too many open files", why_unread_at(stacks, serve_stacks));
	CHECK(!frames[0].path);
	free_stacks(stacks);
}

static void the_resolver_names_the_loopback_address(void)
{
	struct helper helper = fork_peer(serve_names, LIMIT_MS);
	struct a4t_names *names = names_of(&helper);
	uint8_t mapped[16] = {[10] = 0xff, 0xff, 127, 0, 0, 1};

	CHECK_EQ(9, a4t_names_find(names, loopback, sizeof(loopback), name));
	CHECK_TEXT("localhost", name);
	CHECK_EQ(9, a4t_names_find(names, mapped, sizeof(mapped), name));
	CHECK_EQ(-EINVAL, a4t_names_find(names, mapped, 17, name));
	free_names(names);
}

/* The answers of a hostile helper. An id of 0 is replaced by the id of the question. */
static struct {
	const void *bytes;
	size_t len;
} answers[8];

static void answer_as_told(int socket)
{
	static union helper_packet question;

	while (receive_packet(socket, &question, sizeof(question), NULL, 0) > 0)
		for (size_t i = 0; i < 8 && answers[i].bytes; i++) {
			char copy[2 * sizeof(struct frame_packet)];

			memcpy(copy, answers[i].bytes, answers[i].len);
			if (answers[i].len >= sizeof(struct packet) && !((struct packet *)copy)->id)
				((struct packet *)copy)->id = question.head.id;
			send_packet(socket, copy, answers[i].len, NO_DESCRIPTOR, 0);
		}
}

#define ANSWER(i, packet)                        \
	do {                                     \
		answers[i].bytes = &(packet);    \
		answers[i].len = sizeof(packet); \
	} while (0)

/* Unwinds a stack with a peer as the helper. If there is one frame, stores its function in `name`. */
static int stack_by_peer(int limit_ms)
{
	struct helper helper = fork_peer(answer_as_told, limit_ms);
	struct a4t_stacks *stacks = stacks_of(&helper);
	int count = a4t_stacks_unwind(stacks, getpid(), &stack, frames, 2, &cut);

	snprintf(name, sizeof(name), "%s", count == 1 && frames[0].function ? frames[0].function : "");
	/* A helper that broke the rules is not asked again. */
	if (count == -EPIPE)
		CHECK_EQ(-EPIPE, a4t_stacks_unwind(stacks, getpid(), &stack, frames, 2, &cut));
	free_stacks(stacks);
	memset(answers, 0, sizeof(answers));
	return count;
}

static struct frame_packet frame = {
	.head.kind = PACKET_FRAME,
	.lens = {2, 2, 2},
	.texts = "a\0b\0c",
};

static void check_frame(size_t bytes, int expected)
{
	struct end_packet end = {.head.kind = PACKET_END, .count = 1};

	answers[0].bytes = &frame;
	answers[0].len = bytes;
	ANSWER(1, end);
	CHECK_EQ(expected, stack_by_peer(LIMIT_MS));
}

static void frames_that_make_no_sense_are_refused(void)
{
	size_t head = offsetof(struct frame_packet, texts);

	check_frame(head + 6, 1);
	CHECK_TEXT("b", name);
	check_frame(head + 5, -EPIPE);
	check_frame(head + 7, -EPIPE);
	check_frame(head - 1, -EPIPE);
	check_frame(sizeof(struct packet), -EPIPE);
	frame.lens[1] = 3;
	check_frame(head + 6, -EPIPE);
	frame.lens[1] = UINT32_MAX;
	check_frame(head + 6, -EPIPE);
	frame.lens[1] = 0;
	check_frame(head + 4, 1);
	CHECK_TEXT("", name);
	frame.lens[1] = 2;
	frame.texts[3] = 'x';
	check_frame(head + 6, -EPIPE);
	frame.texts[3] = '\0';
}

static void check_rubbish(const void *bytes, size_t len)
{
	answers[0].bytes = bytes;
	answers[0].len = len;
	CHECK_EQ(-EPIPE, stack_by_peer(LIMIT_MS));
}

static void rubbish_ends_the_helper(void)
{
	static char long_one[2 * sizeof(struct frame_packet)];
	struct end_packet end = {.head.kind = PACKET_END, .count = 1};
	struct file_packet file = {.head.kind = PACKET_FILE};
	struct packet unknown = {.kind = 4711}, ready = {.kind = PACKET_READY};

	check_rubbish("abc", 3);
	check_rubbish(&unknown, sizeof(unknown));
	check_rubbish(&ready, sizeof(ready));
	check_rubbish(&end, sizeof(end));
	check_rubbish(&file, sizeof(file) - 1);
	end = (struct end_packet){.head.kind = PACKET_END, .cut = 2};
	check_rubbish(&end, sizeof(end));
	long_one[0] = PACKET_FRAME;
	check_rubbish(long_one, sizeof(long_one));
}

static void more_frames_than_requested_are_refused(void)
{
	for (int i = 0; i < 3; i++) {
		answers[i].bytes = &frame;
		answers[i].len = offsetof(struct frame_packet, texts) + 6;
	}
	CHECK_EQ(-EPIPE, stack_by_peer(LIMIT_MS));
}

static void a_name_without_end_is_refused(void)
{
	struct name_packet answer = {.head.kind = PACKET_NAME};
	struct helper helper;
	struct a4t_names *names;

	memset(answer.name, 'x', sizeof(answer.name));
	ANSWER(0, answer);
	helper = fork_peer(answer_as_told, LIMIT_MS);
	names = names_of(&helper);
	CHECK_EQ(-EPIPE, a4t_names_find(names, loopback, sizeof(loopback), name));
	free_names(names);
	memset(answers, 0, sizeof(answers));
}

static void a_helper_that_does_not_answer_is_ended(void)
{
	CHECK_EQ(-EPIPE, stack_by_peer(1));
}

static void a_death_costs_one_answer(void)
{
	struct packet died = {.kind = PACKET_DIED};

	ANSWER(0, died);
	CHECK_EQ(-ECANCELED, stack_by_peer(LIMIT_MS));
}

/* Simulates a late answer to an earlier question. */
static void answers_to_other_questions_are_ignored(void)
{
	struct end_packet other = {.head = {PACKET_END, 4711}, .count = 1, .cut = 1};
	struct end_packet end = {.head.kind = PACKET_END};

	ANSWER(0, other);
	ANSWER(1, end);
	CHECK_EQ(0, stack_by_peer(LIMIT_MS));
	CHECK_EQ(0, cut);
}

static void *end_names(void *names)
{
	a4t_names_end(names);
	return NULL;
}

static void another_thread_can_end_a_helper_during_a_question(void)
{
	struct helper helper = fork_peer(answer_as_told, LIMIT_MS);
	struct a4t_names *names = names_of(&helper);
	pthread_t thread;

	CHECK_EQ(0, pthread_create(&thread, NULL, end_names, names));
	CHECK_EQ(-EPIPE, a4t_names_find(names, loopback, sizeof(loopback), name));
	pthread_join(thread, NULL);
	free_names(names);
}

/*
 * The control buffer of receive_packet() is meant for one descriptor. Because of its padding, it also has
 * room for a second one.
 */
static void a_packet_with_two_descriptors_is_refused(void)
{
	union {
		char bytes[CMSG_SPACE(2 * sizeof(int))];
		struct cmsghdr head;
	} control = {.head = {CMSG_LEN(2 * sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
	struct packet packet = {PACKET_READY, 0}, received;
	struct iovec part = {&packet, sizeof(packet)};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = control.bytes,
				 .msg_controllen = sizeof(control.bytes)};
	int ends[2], fd, files, two[] = {0, 1};

	memcpy(CMSG_DATA(&control.head), two, sizeof(two));
	CHECK_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends));
	files = open_files();
	CHECK_EQ(sizeof(packet), sendmsg(ends[0], &message, 0));
	CHECK_EQ(-EPROTO, receive_packet(ends[1], &received, sizeof(received), &fd, 0));
	CHECK_EQ(NO_DESCRIPTOR, fd);
	CHECK_EQ(files, open_files());
	close(ends[0]);
	close(ends[1]);
}

static void a_missing_program_is_an_error(void)
{
	struct helper helper;

	CHECK_EQ(-ENOENT, start_helper(&helper, "a4t-nothing", LIMIT_MS, &error));
	CHECK_EQ(ENOENT, error.error);
	CHECK_TEXT("start a4t-nothing", error.stage);
	CHECK_EQ(A4T_FAILURE_HELPER, error.failure);
}

int main(void)
{
	static const struct test tests[] = {
		{"the unwinder gets files from the tool", the_unwinder_gets_files_from_the_tool},
		{"without libdw, the unwinder only knows the innermost file",
		 without_libdw_the_unwinder_only_knows_the_innermost_file},
		{"a lack of descriptors is a reason for missing names",
		 a_lack_of_descriptors_is_a_reason_for_missing_names},
		{"the resolver names the loopback address", the_resolver_names_the_loopback_address},
		{"frames that make no sense are refused", frames_that_make_no_sense_are_refused},
		{"rubbish ends the helper", rubbish_ends_the_helper},
		{"more frames than requested are refused", more_frames_than_requested_are_refused},
		{"a name without end is refused", a_name_without_end_is_refused},
		{"a helper that does not answer is ended", a_helper_that_does_not_answer_is_ended},
		{"a death costs one answer", a_death_costs_one_answer},
		{"answers to other questions are ignored", answers_to_other_questions_are_ignored},
		{"another thread can end a helper during a question",
		 another_thread_can_end_a_helper_during_a_question},
		{"a packet with two descriptors is refused", a_packet_with_two_descriptors_is_refused},
		{"a missing program is an error", a_missing_program_is_an_error},
	};

	return RUN(tests);
}
