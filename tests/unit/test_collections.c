#include "script_fixture.h"

#include "script/script.h"

struct check {
	const char *source, *said;
};

/* What each source says, with "log" and "list", which shows what an iterator gives. */
static void check(struct world *w, const struct check *checks, size_t n)
{
	static const char head[] =
		"var log = function (v) { console.log(JSON.stringify(v)) };"
		"function list(i) { var s, all = []; while (!(s = i.next()).done) all.push(s.value); return all }"
		"var iterable = function (all) { var o = {}, i = 0; o[Symbol.iterator] = function () { return {"
		"  next: function () { return { done: i >= all.length, value: all[i++] } },"
		"  'return': function () { console.log('closed'); return {} } } }; return o };";
	char source[4096];

	for (size_t i = 0; i < n; i++) {
		snprintf(source, sizeof(source), "(function () { %s %s })()", head,
			checks[i].source);
		world_run(w, source);
		world_spin(w, 5);
		assert_string_equal(world_said(w), checks[i].said);
	}
}

static void keys_are_told_apart_as_the_standard_has_it(void **state)
{
	static const struct check checks[] = {
		{ "var m = new Map([[1, 'n'], ['1', 's'], [true, 'b'], ['true', 'bs'], [null, 'l'],"
		  "  [undefined, 'u'], ['undefined', 'us'], ['n1', 'ns'], ['null', 'ls']]);"
		  "log([m.size, m.get(1), m.get('1'), m.get(true), m.get('true'), m.get(null), m.get(undefined),"
		  "  m.get('undefined'), m.get('n1'), m.get('null')])",
			"[9,\"n\",\"s\",\"b\",\"bs\",\"l\",\"u\",\"us\",\"ns\",\"ls\"]" },
		{ "var m = new Map(); m.set(NaN, 1); m.set(0 / 0, 2); m.set(-0, 3);"
		  "log([m.size, m.get(NaN), m.get(0), 1 / list(m.keys())[1] > 0])",
			"[2,2,3,true]" },
		{ "var a = {}, b = {}, f = function () {}, s = Symbol('x'), m = new Map();"
		  "m.set(a, 1).set(b, 2).set(f, 3).set(s, 4).set(Symbol('x'), 5).set([], 6);"
		  "log([m.size, m.get(a), m.get(b), m.get(f), m.get(s), m.get({}), m.has([])])",
			"[6,1,2,3,4,null,false]" },
		{ "var p = new Proxy({}, {}), t = {}, q = new Proxy(t, {}), s = new Set([p, t]);"
		  "log([s.has(p), s.has(t), s.has(q), s.size])",
			"[true,true,false,2]" },
		{ "var s = new Set(); s.add(0.1).add(1e21).add(1e21 + 1).add('0.1').add(-1); log(s.size)",
			"4" },
		{ "var s = new Set(['__proto__', 'constructor']); log([s.has('__proto__'), s.has('toString'), s.size])",
			"[true,false,2]" },
	};

	check(*state, checks, ARRAY_SIZE(checks));
}

static void order_is_that_of_insertion_also_while_it_changes(void **state)
{
	static const struct check checks[] = {
		{ "var m = new Map([['b', 1], ['a', 2], [3, 3]]); m.set('b', 9); m['delete']('a'); m.set('a', 5);"
		  "log([list(m.entries()), list(m.keys()), list(m.values())])",
			"[[[\"b\",9],[3,3],[\"a\",5]],[\"b\",3,\"a\"],[9,3,5]]" },
		{ "var s = new Set([1, 2, 3]), seen = []; s.forEach(function (v) {"
		  "  seen.push(v); s['delete'](v); if (v < 6) s.add(v + 3) }); log([seen, s.size])",
			"[[1,2,3,4,5,6,7,8],0]" },
		{ "var s = new Set([1, 2, 3, 4]), i = s.values(), seen = [i.next().value, i.next().value];"
		  "s['delete'](1); s['delete'](2); s['delete'](3); seen.push(i.next().value); log(seen)",
			"[1,2,4]" },
		{ "var s = new Set([1, 2]), i = s.values(); i.next(); s.clear(); s.add(7); s.add(8);"
		  "log([list(i), i.next().done, s.size])",
			"[[7,8],true,2]" },
		{ "var s = new Set([1]), i = s.values(); i.next(); i.next(); s.add(2); log(i.next().done)",
			"true" },
	};

	check(*state, checks, ARRAY_SIZE(checks));
}

static void constructors_take_what_can_be_iterated(void **state)
{
	static const struct check checks[] = {
		{ "log([new Set('aab').size, new Map(null).size, new Set().size,"
		  "  list(new Set(iterable([4, 4, 5])).values()), list(new Map(new Map([[1, 2]])).entries())])",
			"[2,0,0,[4,5],[[1,2]]]" },
		{ "try { new Map(iterable([[1, 2], 3])) } catch (e) { log(e.message) }",
			"closed|\"not a pair of key and value\"" },
		{ "try { new Set(7) } catch (e) { log(e.name) }", "\"TypeError\"" },
		{ "try { Map() } catch (e) { log(e.name) }", "\"TypeError\"" },
		{ "try { Map.prototype.get.call(new Set(), 1) } catch (e) { log(e.message) }",
			"\"not a Map\"" },
		{ "try { Map.prototype.size } catch (e) { log(e.message) }", "\"not a Map\"" },
		{ "function Counted(a) { Map.call(this, a) }"
		  "Counted.prototype = Object.create(Map.prototype); Counted.n = 0;"
		  "Counted.prototype.set = function (k, v) { Counted.n++; return Map.prototype.set.call(this, k, v) };"
		  "var c = new Counted([[1, 2], [3, 4]]); log([c.size, Counted.n, c instanceof Map, c instanceof Counted])",
			"[2,2,true,true]" },
		{ "log([String(new Map()), Object.prototype.toString.call(new WeakSet()),"
		  "  String(new Set().values()), typeof new Map()[Symbol.iterator], Map.name, Object.keys(new Map())])",
			"[\"[object Map]\",\"[object WeakSet]\",\"[object Set Iterator]\",\"function\",\"Map\",[]]" },
	};

	check(*state, checks, ARRAY_SIZE(checks));
}

static void weak_collections_keep_their_values_with_the_keys(void **state)
{
	static const struct check checks[] = {
		{ "var a = {}, w = new WeakMap([[a, 1]]), v = new WeakMap(); v.set(a, 2);"
		  "log([w.get(a), v.get(a), w.has({}), w['delete'](a), w.has(a), v.get(a), w['delete'](a)])",
			"[1,2,false,true,false,2,false]" },
		{ "var a = Object.freeze({}), w = new WeakMap(), s = new WeakSet(); w.set(a, 1); s.add(a);"
		  "Object.freeze(a); w.set(a, 2); log([w.get(a), s.has(a), w['delete'](a), w.get(a)])",
			"[2,true,true,null]" },
		/* Neither a prototype nor the target of a proxy is the key itself. */
		{ "var a = {}, w = new WeakMap([[a, 1]]), b = Object.create(a), p = new Proxy(a, {"
		  "  get: function () { log('seen') }, has: function () { log('seen') },"
		  "  set: function () { log('seen') } });"
		  "log([w.has(b), w.has(p)]); w.set(p, 2); log([w.get(p), w.get(a), w['delete'](p), w.has(p), w.get(a)])",
			"[false,false]|[2,1,true,false,1]" },
		{ "var a = {x: 1}, w = new WeakMap([[a, 1]]); new Map([[a, 1]]);"
		  "log([Reflect.ownKeys(a), Object.getOwnPropertySymbols(a), JSON.stringify(a), Object.assign({}, a)])",
			"[[\"x\"],[],\"{\\\"x\\\":1}\",{\"x\":1}]" },
		{ "var w = new WeakMap(); log([w.get(1), w.has('x'), w['delete'](null)])",
			"[null,false,false]" },
		{ "try { new WeakMap().set('x', 1) } catch (e) { log(e.name) }", "\"TypeError\"" },
		{ "try { new WeakSet([1]) } catch (e) { log(e.name) }", "\"TypeError\"" },
	};

	check(*state, checks, ARRAY_SIZE(checks));
}

static void a_script_may_have_its_own(void **state)
{
	static const struct check checks[] = {
		{ "Map = function Mine() {}; log([Map.name, typeof Set])",
			"[\"Mine\",\"function\"]" },
		{ "log(Object.keys(globalThis).indexOf('WeakMap'))", "-1" },
	};

	check(*state, checks, ARRAY_SIZE(checks));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			keys_are_told_apart_as_the_standard_has_it, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(order_is_that_of_insertion_also_while_it_changes,
			world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
			constructors_take_what_can_be_iterated, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(weak_collections_keep_their_values_with_the_keys,
			world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
			a_script_may_have_its_own, world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
