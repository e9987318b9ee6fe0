"""Mail providers that anybody uses: their domains say nothing about a company, so they never make or match one."""

from __future__ import annotations

INTERNATIONAL = """
aim.com airmail.cc anonaddy.com aol.com bigfoot.com cock.li consultant.com cyberdude.com disroot.org dr.com duck.com
email.com engineer.com europe.com excite.com execs.com fastmail.com fastmail.fm fastmail.net fastmail.org gmail.com
googlemail.com gmx.com gmx.net guerrillamail.com hey.com hotmail.com hushmail.com icloud.com inbox.com iname.com
infomaniak.com ctemplar.com lavabit.com linuxmail.org live.com lycos.com mac.com mail.com mailbox.org mailfence.com
mailinator.com me.com minister.com msn.com myself.com netscape.net null.net outlook.com passport.com passmail.net pm.me
pobox.com post.com privaterelay.appleid.com protonmail.ch protonmail.com proton.me rediffmail.com rediff.com riseup.net
rocketmail.com runbox.com safe-mail.net sent.com skiff.com startmail.com sharklasers.com simplelogin.com techie.com
temp-mail.org tempmail.com tuta.com tuta.io tutamail.com tutanota.com tutanota.de usa.com usa.net vfemail.net
windowslive.com writeme.com yahoo.com yandex.com yopmail.com ymail.com zoho.com zohomail.com zohomail.eu 10minutemail.com
"""
EUROPE = """
abv.bg alice.it aliceadsl.fr aon.at aruba.it arcor.de atlas.cz azet.sk bbox.fr bk.ru blueyonder.co.uk bluewin.ch
bol.com.br bredband.net btinternet.com btopenworld.com centrum.cz centrum.sk chello.at chello.hu chello.nl chello.pl
citromail.hu club-internet.fr comhem.se dbmail.com eircom.net email.cz email.de email.it eresmas.com fastwebnet.it
freemail.hu freenet.de free.fr freesurf.ch freeserve.co.uk gazeta.pl gmx.at gmx.ch gmx.de gmx.eu gmx.fr gmx.us
hetnet.nl hispavista.com home.nl hotmail.be hotmail.ch hotmail.co.uk hotmail.de hotmail.dk hotmail.es hotmail.fi
hotmail.fr hotmail.gr hotmail.hu hotmail.it hotmail.nl hotmail.no hotmail.pt hotmail.rs hotmail.se i.ua iinet.net.au
inbox.lt inbox.lv inbox.ru interia.eu interia.pl inwind.it iol.ie iol.it iol.pt jubii.dk juno.com kabelmail.de
kabelbw.de kolumbus.fi kpnmail.nl kpnplanet.nl laposte.net latinmail.com libero.it list.ru live.at live.be live.co.uk
live.de live.dk live.fi live.fr live.ie live.it live.nl live.no live.pt live.se luukku.com magenta.de mail.bg
mail.de mail.dk mail.ee mail.ru mail.telepac.pt mailbox.hu meta.ua mynet.com netcabo.pt netcologne.de neuf.fr
noos.fr ntlworld.com numericable.fr nym.hush.com o2.co.uk o2.pl o2online.de oi.com.br onet.eu onet.pl online.de
online.no op.pl orange.fr orange.net otenet.gr outlook.at outlook.be outlook.co.uk outlook.cz outlook.de outlook.dk
outlook.es outlook.fr outlook.hu outlook.ie outlook.it outlook.pt planet.nl poczta.fm poczta.onet.pl post.cz post.sk
posteo.de posteo.net posteo.eu quicknet.nl rambler.ru sapo.pt sapo.ao seznam.cz sfr.fr sky.com skynet.be spray.se
sunrise.ch supanet.com swing.be t-online.de t-online.hu talk21.com talktalk.net telefonica.net telenet.be telia.com
terra.es tin.it tiscali.co.uk tiscali.it tlen.pl tele2.nl tvcablenet.be ukr.net unitybox.de upcmail.nl versatel.nl
versanet.de virgilio.it virgin.net virginmedia.com vodafone.de vodafone.it volny.cz voila.fr wanadoo.es wanadoo.fr
wanadoo.nl web.de wp.pl xs4all.nl ya.ru yahoo.at yahoo.be yahoo.co.uk yahoo.de yahoo.dk yahoo.es yahoo.fi yahoo.fr
yahoo.gr yahoo.hu yahoo.ie yahoo.it yahoo.nl yahoo.no yahoo.pl yahoo.pt yahoo.ro yahoo.se yandex.by yandex.kz
yandex.ru yandex.ua ziggo.nl zonnet.nl zoznam.sk
"""
ELSEWHERE = """
021.com 126.com 139.com 163.com 163.net 189.cn 21cn.com 263.net adinet.com.uy ameritech.net aliyun.com arnet.com.ar
att.net bell.net bellsouth.net bigpond.com bigpond.net.au bol.com cable.comcast.com cantv.net cfl.rr.com charter.net
chollian.net cogeco.ca comcast.net cox.net daum.net dodo.com.au docomo.ne.jp earthlink.net eastlink.ca embarqmail.com
emirates.net.ae etb.net.co ezweb.ne.jp fibertel.com.ar foxmail.com frontier.com frontiernet.net globo.com
globomail.com gmail.com.br hananet.net hanmail.net hotmail.ca hotmail.cl hotmail.co.id hotmail.co.jp hotmail.co.nz
hotmail.co.th hotmail.co.za hotmail.com.ar hotmail.com.au hotmail.com.br hotmail.com.mx hotmail.com.tr hotmail.my
hotmail.ph hotmail.sg i.softbank.jp ig.com.br indiatimes.com infovia.com.ar itelefonica.com.br kakao.com korea.com
live.ca live.cl live.cn live.co.za live.com.ar live.com.au live.com.mx live.com.my live.com.pt live.com.sg live.hk
live.jp lycos.co.kr mail.goo.ne.jp mindspring.com mweb.co.za nate.com naver.com naver.jp netzero.com netzero.net
nifty.com ntlworld.ie ocn.ne.jp oi.net.br optonline.net optusnet.com.au optimum.net outlook.cl outlook.co.id
outlook.co.nz outlook.co.th outlook.com.ar outlook.com.au outlook.com.br outlook.com.tr outlook.com.vn outlook.in
outlook.jp outlook.kr outlook.my outlook.ph outlook.sa outlook.sg pacbell.net paradise.net.nz prodigy.net
prodigy.net.mx qq.com r7.com rogers.com rr.com sasktel.net sbcglobal.net shaw.ca sina.cn sina.com sina.com.cn
singnet.com.sg slingshot.co.nz sohu.com softbank.ne.jp speedy.com.ar suddenlink.net superig.com.br swbell.net
sympatico.ca telus.net terra.cl terra.com terra.com.br terra.com.mx tom.com tpg.com.au uol.com.ar uol.com.br
uolinc.com verizon.net videotron.ca vip.163.com vip.qq.com vip.sina.com walla.co.il walla.com webmail.co.za
westnet.com.au windstream.net worldnet.att.net xtra.co.nz yahoo.ca yahoo.cl yahoo.cn yahoo.co.id yahoo.co.in
yahoo.co.jp yahoo.co.kr yahoo.co.nz yahoo.co.th yahoo.co.za yahoo.com.ar yahoo.com.au yahoo.com.br yahoo.com.cn
yahoo.com.co yahoo.com.hk yahoo.com.mx yahoo.com.my yahoo.com.pe yahoo.com.ph yahoo.com.sg yahoo.com.tr yahoo.com.tw
yahoo.com.ve yahoo.com.vn yahoo.in yahoo.ne.jp yeah.net zipmail.com.br
"""
THROWAWAY = """
armyspy.com byom.de cuvox.de dayrep.com discard.email dispostable.com einrot.com emailondeck.com fakeinbox.com fleckens.hu
getairmail.com getnada.com guerrillamail.biz guerrillamail.de guerrillamail.net guerrillamail.org gustr.com inboxkitten.com
jourrapide.com mailcatch.com maildrop.cc mailnesia.com mailnull.com mintemail.com moakt.com mohmal.com mytemp.email rhyta.com
spam4.me spambog.com spambox.us spamgourmet.com superrito.com teleworm.us temp-mail.io tempail.com tempmailo.com tempr.email
throwawaymail.com trash-mail.com trashmail.com trashmail.de trashmail.net wegwerfmail.de
"""
DOMAINS = frozenset(f"{INTERNATIONAL} {EUROPE} {ELSEWHERE} {THROWAWAY}".split())


def is_public(domain: str) -> bool:
    """Whether `domain` (lower case) belongs to a provider that anybody uses."""
    return domain in DOMAINS
