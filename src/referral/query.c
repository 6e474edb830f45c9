/* $select and $orderby. */
#include "referral/parts.h"

bool referral_select_parse(struct str text, uint64_t *ret, struct err *e)
{
	uint64_t set = 0;
	struct str name;

	if (!text.p) {
		*ret = UINT64_MAX;
		return true;
	}
	while (str_split(&text, ',', &name)) {
		size_t i = 0;

		name = str_trim(name);
		while (referral_properties[i] && !str_eq_z(name, referral_properties[i]))
			i++;
		if (str_eq_z(name, "*"))
			set = UINT64_MAX;
		else if (referral_properties[i])
			set |= UINT64_C(1) << i;
		else
			return ERR_FIELD(e, ERR_INPUT, "odata.select", "$select",
					 "A referral has no property " STR_FMT
					 " that could be selected; parts of one cannot.",
					 STR_ARG(str_upto(name, 80)));
	}
	*ret = set;
	return true;
}

bool referral_order_parse(struct str text, struct referral_order *ret, struct err *e)
{
	struct str rest = str_trim(text), name, way = { "", 0 };
	size_t cut = str_find(rest, ' ');

	name = str_upto(rest, cut);
	if (cut < rest.n)
		way = str_trim(str_from(rest, cut));
	*ret = (struct referral_order){ .updated = str_eq_z(name, "updatedDateTime"),
					.rising = rest.n && !str_eq_z(way, "desc") };
	if ((!rest.n || ret->updated || str_eq_z(name, "createdDateTime")) &&
	    (!way.n || str_eq_z(way, "asc") || str_eq_z(way, "desc")))
		return true;
	return ERR_FIELD(
		e, ERR_INPUT, "odata.orderby", "$orderby",
		"Referrals are ordered by createdDateTime or updatedDateTime, asc or desc.");
}
