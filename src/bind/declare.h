/*
 * The rest of module.h's language: what script implements, and so has no form in
 * C. For the runtime's own modules.
 */
#pragma once

#include "bind/module.h"

/* A value that JSON can say, whose type T the caller may name. */
KILN_UNUSED static const struct kiln_type kiln_payload_type = {
	.kind = KILN_KIND_JSON, .size = sizeof(struct kiln_bytes), .generic = true
};

/* In a MEMBERS list beside the types of module.h. An object of a class is its id in C. */
#define KILN_C_CLASS(type) const char *
#define KILN_T_PAYLOAD (&kiln_payload_type)
#define KILN_T_CALLBACK(type) (&type##_type)
#define KILN_T_CLASS(type) (&type##_type)
#define KILN_T_UNION(type) (&type##_type)
#define KILN_T_ITERATOR(type) \
	(&(const struct kiln_type){ .kind = KILN_KIND_ITERATOR, .of = &type##_type })
#define KILN_T_GLOBAL(text) (&(const struct kiln_type){ .kind = KILN_KIND_GLOBAL, .name = text })
#define KILN_T_LITERAL(text) (&(const struct kiln_type){ .kind = KILN_KIND_LITERAL, .name = text })

#define KILN_S_MEMBER(type_, name_, doc_) { .name = #name_, .doc = doc_, .type = KILN_T_##type_ },
#define KILN_S_OPTIONAL(type_, name_, doc_) \
	{ .name = #name_, .doc = doc_, .type = KILN_T_##type_, .optional = true },
#define KILN_S_VARIANT(type_) { .name = "", .type = KILN_T_##type_ },

#define KILN_S_MEMBERS(name_, LIST_)                                                            \
	KILN_UNUSED static const struct kiln_member name_##_list[] = { LIST_{ .name = NULL } }; \
	KILN_UNUSED static const struct kiln_member *name_##_members(void)                      \
	{                                                                                       \
		return name_##_list;                                                            \
	}

#define KILN_S_TYPE(name_, ...) \
	KILN_UNUSED static const struct kiln_type name_##_type = { __VA_ARGS__ };

/* An object. */
#define KILN_OBJECT(name_, text_, MEMBERS, doc_)                                 \
	KILN_S_MEMBERS(name_, MEMBERS(KILN_S_MEMBER, KILN_S_OPTIONAL))           \
	KILN_S_TYPE(name_, .kind = KILN_KIND_STRUCT, .name = text_, .doc = doc_, \
		.members = name_##_members)
/* An object, or a function below, whose payload has the type T. */
#define KILN_OBJECT_OF(name_, text_, MEMBERS, doc_)                              \
	KILN_S_MEMBERS(name_, MEMBERS(KILN_S_MEMBER, KILN_S_OPTIONAL))           \
	KILN_S_TYPE(name_, .kind = KILN_KIND_STRUCT, .name = text_, .doc = doc_, \
		.members = name_##_members, .generic = true)
#define KILN_CALLBACK(name_, text_, ARGS, result_, doc_)                           \
	KILN_S_MEMBERS(name_, ARGS(KILN_S_MEMBER, KILN_S_OPTIONAL))                \
	KILN_S_TYPE(name_, .kind = KILN_KIND_CALLBACK, .name = text_, .doc = doc_, \
		.members = name_##_members, .of = KILN_T_##result_)
#define KILN_CALLBACK_OF(name_, text_, ARGS, result_, doc_)                        \
	KILN_S_MEMBERS(name_, ARGS(KILN_S_MEMBER, KILN_S_OPTIONAL))                \
	KILN_S_TYPE(name_, .kind = KILN_KIND_CALLBACK, .name = text_, .doc = doc_, \
		.members = name_##_members, .of = KILN_T_##result_, .generic = true)
/* VARIANTS(VARIANT) is VARIANT(TYPE) for each. */
#define KILN_UNION(name_, text_, VARIANTS, doc_)                                \
	KILN_S_MEMBERS(name_, VARIANTS(KILN_S_VARIANT))                         \
	KILN_S_TYPE(name_, .kind = KILN_KIND_UNION, .name = text_, .doc = doc_, \
		.members = name_##_members)
/* MEMBERS are readonly properties. The methods are ops. */
#define KILN_CLASS(name_, text_, MEMBERS, OPS, doc_)                                    \
	KILN_S_MEMBERS(name_, MEMBERS(KILN_S_MEMBER, KILN_S_OPTIONAL))                  \
	static const struct kiln_op *const name_##_methods[] = { OPS(KILN_D_OP) NULL }; \
	KILN_S_TYPE(name_, .kind = KILN_KIND_CLASS, .name = text_, .doc = doc_,         \
		.members = name_##_members, .methods = name_##_methods)

/* A function that script implements; @flags_ of enum kiln_op_flags. */
#define KILN_SCRIPT_OP(name_, text_, ARGS, result_, flags_, doc_, example_) \
	KILN_OBJECT(name_##_args, NULL, ARGS, NULL)                         \
	static const struct kiln_op name_##_op = { .name = text_,           \
		.doc = doc_,                                                \
		.example = example_,                                        \
		.args = &name_##_args_type,                                 \
		.result = KILN_T_##result_,                                 \
		.flags = (flags_) | KILN_OP_SCRIPT };
/* A property; of the page's object. */
#define KILN_VALUE(name_, text_, type_, doc_, example_)           \
	static const struct kiln_op name_##_op = { .name = text_, \
		.doc = doc_,                                      \
		.example = example_,                              \
		.result = KILN_T_##type_,                         \
		.flags = KILN_OP_SCRIPT | KILN_OP_VALUE };

/* A method of a class that a native service implements; its args have the object's id in front. */
#define KILN_METHOD_ARGS(name_, text_, ARGS, result_, doc_, example_)                            \
	struct name_##_args {                                                                    \
		const char *self;                                                                \
		ARGS(KILN_C_MEMBER, KILN_C_OPTIONAL)                                             \
	};                                                                                       \
	KILN_UNUSED static const struct kiln_member *name_##_args_members(void)                  \
	{                                                                                        \
		typedef struct name_##_args self KILN_UNUSED;                                    \
		static const struct kiln_member list[] = { KILN_D_MEMBER(STRING, self, NULL)     \
				ARGS(KILN_D_MEMBER, KILN_D_OPTIONAL){ .name = NULL } };          \
		return list;                                                                     \
	}                                                                                        \
	KILN_S_TYPE(name_##_args, .kind = KILN_KIND_STRUCT, .size = sizeof(struct name_##_args), \
		.members = name_##_args_members)

/* The declarations of a native service's operations and methods, without their handlers. */
#define KILN_SERVICE_OP(name_, text_, ARGS, result_, doc_, example_) \
	static const struct kiln_op name_##_op = { .name = text_,    \
		.doc = doc_,                                         \
		.example = example_,                                 \
		.args = &name_##_args_type,                          \
		.result = KILN_T_##result_,                          \
		.flags = KILN_OP_ASYNC };
#define KILN_SERVICE_METHOD(name_, text_, ARGS, result_, doc_, example_) \
	static const struct kiln_op name_##_op = { .name = text_,        \
		.doc = doc_,                                             \
		.example = example_,                                     \
		.args = &name_##_args_type,                              \
		.result = KILN_T_##result_,                              \
		.flags = KILN_OP_ASYNC | KILN_OP_METHOD };
