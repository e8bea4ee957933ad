# For tests of what something costs. Speaks TAP.

# ceilings MEASURED: one test for each line "what;stage;was;words" of standard input. MEASURED
# has lines "WHAT STAGE N"; a fifth more than @was, which is from when the line was written or
# last changed, fails.
ceilings() {
	local what stage was words now max n=0 result

	while IFS=';' read -r what stage was words; do
		now=$(awk -v what="$what" -v stage="$stage" '$1 == what && $2 == stage { print $3 }' \
			<<<"$1")
		max=$((was + was / 5))
		echo "# $what $stage: ${now:-missing}, at most $max"
		result=ok
		[ -n "$now" ] && [ "$now" -le "$max" ] || result="not ok"
		n=$((n + 1))
		echo "$result $n - $words"
	done
	echo "1..$n"
}
