/*
 * gen-phone-plans > phone_plans.c - the table behind phone_plan.h: libphonenumber's metadata, its
 * patterns compiled for the matcher of phone_plan.c. Patterns know digits, sets, groups,
 * alternatives and bounded repeats, nothing else; a pattern with more ends the build.
 */
#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>
#include <phonenumbers/phonemetadata.pb.h>
#include "understand/phone_code.h"

/* The library has these two, its installed headers do not; the build asks the linker first. */
namespace i18n
{
namespace phonenumbers
{
#ifdef NO_METADATA
static int metadata_size()
{
	return 0;
}
static const void *metadata_get()
{
	return "";
}
#else
int metadata_size();
const void *metadata_get();
#endif
} // namespace phonenumbers
} // namespace i18n

using i18n::phonenumbers::PhoneMetadata;
using i18n::phonenumbers::PhoneMetadataCollection;
using i18n::phonenumbers::PhoneNumberDesc;
using Code = std::vector<uint16_t>;

[[noreturn]] static void die(const char *why, const std::string &what)
{
	std::fprintf(stderr, "gen-phone-plans: %s: %s\n", why, what.c_str());
	std::exit(1);
}

static uint16_t ahead(unsigned op, size_t by)
{
	if (by > PHONE_OPERAND)
		die("a pattern is too long", "");
	return static_cast<uint16_t>(op | by);
}

static void append(Code &to, const Code &more)
{
	to.insert(to.end(), more.begin(), more.end());
}

/* Recursive descent: alternatives, sequences, repeated atoms. Every jump goes ahead, by a distance.
 */
class Compiler
{
      public:
	explicit Compiler(const std::string &pattern) : s(pattern), at(0)
	{
	}

	Code compile()
	{
		Code c = alternatives();

		if (at != s.size())
			die("a pattern does not end", s);
		c.push_back(PHONE_END);
		return c;
	}

      private:
	const std::string &s;
	size_t at;

	bool take(char c)
	{
		if (at == s.size() || s[at] != c)
			return false;
		at++;
		return true;
	}

	Code alternatives()
	{
		std::vector<Code> all{ sequence() };

		while (take('|'))
			all.push_back(sequence());
		Code out = all.back();
		for (size_t i = all.size() - 1; i-- > 0;) {
			Code first{ ahead(PHONE_FORK, all[i].size() + 2) };

			append(first, all[i]);
			first.push_back(ahead(PHONE_JUMP, out.size() + 1));
			append(first, out);
			out = first;
		}
		return out;
	}

	Code sequence()
	{
		Code out;

		while (at < s.size() && s[at] != '|' && s[at] != ')')
			append(out, repeated(atom()));
		return out;
	}

	unsigned number()
	{
		size_t from = at;

		while (at < s.size() && std::isdigit(static_cast<unsigned char>(s[at])))
			at++;
		if (from == at)
			die("a number was expected", s);
		return static_cast<unsigned>(std::stoul(s.substr(from, at - from)));
	}

	Code repeated(const Code &atom)
	{
		unsigned least = 1, most = 1;

		if (take('?')) {
			least = 0;
		} else if (take('{')) {
			least = most = number();
			if (take(','))
				most = number();
			if (!take('}'))
				die("a repeat does not end", s);
		}
		Code out;
		for (unsigned i = least; i < most; i++) {
			Code maybe{ ahead(PHONE_FORK, atom.size() + out.size() + 1) };

			append(maybe, atom);
			append(maybe, out);
			out = maybe;
		}
		Code all;
		for (unsigned i = 0; i < least; i++)
			append(all, atom);
		append(all, out);
		return all;
	}

	unsigned set()
	{
		unsigned bits = 0;

		while (!take(']')) {
			unsigned from = digit(), to = take('-') ? digit() : from;

			for (unsigned d = from; d <= to; d++)
				bits |= 1u << d;
		}
		return bits;
	}

	unsigned digit()
	{
		if (at == s.size() || !std::isdigit(static_cast<unsigned char>(s[at])))
			die("a digit was expected", s);
		return static_cast<unsigned>(s[at++] - '0');
	}

	Code atom()
	{
		if (take('(')) {
			if (take('?') && !take(':'))
				die("an unknown group", s);
			Code c = alternatives();
			if (!take(')'))
				die("a group does not end", s);
			return c;
		}
		if (take('['))
			return Code{ static_cast<uint16_t>(PHONE_DIGIT | set()) };
		if (take('$'))
			return Code{ PHONE_EDGE };
		if (take('\\')) {
			if (!take('d'))
				die("an unknown escape", s);
			return Code{ PHONE_DIGIT | 0x3FF };
		}
		return Code{ static_cast<uint16_t>(PHONE_DIGIT | 1u << digit()) };
	}
};

static Code pool;
static std::map<std::string, size_t> known;

static std::string code_of(const std::string &pattern)
{
	if (pattern.empty())
		return "PHONE_NO_CODE";
	auto found = known.find(pattern);
	if (found == known.end()) {
		found = known.emplace(pattern, pool.size()).first;
		append(pool, Compiler(pattern).compile());
	}
	return std::to_string(found->second);
}

template <class Lengths> static uint32_t bits(const Lengths &lengths)
{
	uint32_t out = 0;

	for (int n : lengths)
		if (n > 0 && n < 32)
			out |= 1u << n;
	return out;
}

static uint32_t local_lengths(const PhoneMetadata &m)
{
	return bits(m.general_desc().possible_length_local_only());
}

static std::string desc(const PhoneNumberDesc &d)
{
	uint32_t lengths = bits(d.possible_length());

	return "{ " + std::to_string(lengths) + "u, " + code_of(d.national_number_pattern()) + " }";
}

/* The kinds that libphonenumber asks for in IsValidNumber, each pattern once. */
static std::vector<std::string> types_of(const PhoneMetadata &m)
{
	const PhoneNumberDesc *const all[] = { &m.fixed_line(),   &m.mobile(), &m.toll_free(),
					       &m.premium_rate(), &m.voip(),   &m.shared_cost(),
					       &m.uan(),          &m.pager(),  &m.personal_number(),
					       &m.voicemail() };
	std::set<std::string> seen;
	std::vector<std::string> out;

	for (const PhoneNumberDesc *d : all)
		if (!d->national_number_pattern().empty() && seen.insert(desc(*d)).second)
			out.push_back(desc(*d));
	return out;
}

static std::vector<const PhoneMetadata *> countries(const PhoneMetadataCollection &all)
{
	std::vector<const PhoneMetadata *> out;

	for (const PhoneMetadata &m : all.metadata())
		if (m.id() != "001") /* satellites and the like have no country */
			out.push_back(&m);
	std::sort(out.begin(), out.end(),
		  [](const PhoneMetadata *a, const PhoneMetadata *b) { return a->id() < b->id(); });
	return out;
}

int main()
{
	PhoneMetadataCollection all;
	std::map<int, int> sharing;
	unsigned types = 0;
	std::string plans, descs;

	if (!all.ParseFromArray(i18n::phonenumbers::metadata_get(),
				i18n::phonenumbers::metadata_size()))
		die("the metadata cannot be read", "");
	const auto list = countries(all);
	for (const PhoneMetadata *m : list)
		sharing[m->country_code()]++;
	for (const PhoneMetadata *m : list) {
		const auto mine = types_of(*m);
		bool main = m->main_country_for_code() || sharing[m->country_code()] == 1;

		plans += "\t{ \"" + m->id() + "\", " + std::to_string(m->country_code()) +
			 (main ? ", true" : ", false") +
			 (m->national_prefix_transform_rule().empty() ? ", false, " : ", true, ") +
			 code_of(m->international_prefix()) + ", " +
			 code_of(m->national_prefix_for_parsing()) + ", " +
			 code_of(m->leading_digits()) + ", " + std::to_string(local_lengths(*m)) +
			 "u, " + desc(m->general_desc()) + ", " + std::to_string(types) + ", " +
			 std::to_string(mine.size()) + " },\n";
		for (const std::string &d : mine)
			descs += "\t" + d + ",\n";
		types += static_cast<unsigned>(mine.size());
	}
	std::printf("/* Made by tools/gen-phone-plans from libphonenumber's metadata. */\n"
		    "#include \"understand/phone_plan.h\"\n\nconst uint16_t phone_code[] = {\n");
	for (size_t i = 0; i < pool.size(); i++)
		std::printf("0x%04x,%c", pool[i], i % 12 == 11 ? '\n' : ' ');
	/* A row behind the last, so that no array is empty. */
	std::printf("0\n};\nconst struct phone_desc phone_types[] = {\n%s\t{ 0, 0 },\n};\n",
		    descs.c_str());
	std::printf("const struct phone_plan phone_plans[] = {\n%s\t{ .region = \"\" },\n};\n",
		    plans.c_str());
	std::printf("const unsigned phone_plan_count = %zu;\n", list.size());
	return 0;
}
