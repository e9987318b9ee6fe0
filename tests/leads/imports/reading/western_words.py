"""Words as people write them, by language: Western ones, and Central European ones that cp1252 reads as other letters."""

from __future__ import annotations

WESTERN = {
    "French": "été où sûr goût août brûlé bûche flûte dû crû piqûre œuvre cœur sœur œil naïf maïs Loïc Zoé Noël forêt même être "
    "tête François garçon l’été aujourd’hui Ève poème siècle bibliothèque guère très à là voilà déjà château âge hôtel île "
    "connaître Citroën Saint-Étienne Besançon ambiguë Élysée CAFÉ ÉCOLE nº Hélène Mme. Lefèvre Gagné évêque enquête «oui» "
    "Œdipe fœtus phœnix naïveté coïncidence Jérôme Anaïs goûter dîner Benoît bœufs Müller prêt-à-porter Crêpe prêcher",
    "German": "Müller Größe Straße Köln Österreich Äpfel Übung für schön weiß März Jäger STRASSE GRÖSSE fußball Grüße süß "
    "Schröder Günther „Wort“ Käthe André Café 5° 5 m² Citroën Gebühr Löwe Weißenböck Fürst Wörz Schütz Szöllösi Kürzel Jürgen",
    "Spanish": "niño España señor mañana Núñez García José Martínez Peña año corazón ¿Qué? ¡Hola! Íñigo pingüino 1º 2ª Mª "
    "Bogotá Perú México teléfono Muñoz Ibáñez león continuáis Álvarez PEÑA MUÑOZ Güell cigüeña leáis «hola»",
    "Portuguese": "São João ações Camões irmã manhã põe põem você três mês português experiência Inês avó avô Conceição "
    "limões Simões Magalhães pão mãe mães câmara Antônio tênis é à às maçã AÇÕES SÃO irmãs Guimarães Gonçalves Araújo Rêgo "
    "Luís Brandão órgão amanhã alemã bênção ciência pêssego Estêvão coração",
    "Italian": "perché città più giù Gesù lunedì così caffè è però andrò virtù università Nicolò Cantù Forlì È già cioè "
    "tè bebè Mosè venerdì dell’arte menù qualità può Niccolò ahimè piè avrà",
    "Nordic": "Tromsø Ærø Ålesund Søren Jørgensen Bjørn Åse Øystein Malmö Göteborg Åkesson Skåne Hämäläinen Pöytä Kjær "
    "Mærsk Grønland Bøe Bøen søer køer høy røyk Høiby træ knæ idé allé Ångström Nygård Sæther",
    "Dutch": "geïnd reünie coöperatie Oekraïne België één vóór crème scène café enquête financiële ideeën Zoë Daniël "
    "knieën Loïs naïef überhaupt Curaçao zo’n ’s foto’s",
    "Catalan": "història dòlar raïm veïna Núria Lluís Òscar és què això col·legi època èxit Èpica Òmnium "
    "però català País Barça FRANÇA pingüí Mòdul ètica",
    "Icelandic": "Guðmundsson Sigurðsson Reykjavík Þór Þorsteinn Þingvellir Ísland Jóhannsdóttir Ægir Björk Hörður Norðdahl "
    "Seyðisfjörður Akureyri Guðrún Heiða Viðar Ólafur Davíð Kópavogur Þuríður Öxará ný sýsla það með",
}
CENTRAL = {
    "Polish": "Łukasz Paweł Łódź Gdańsk Poznań Wiśniewski Węgrzyn Kędzierski Ćwik Święty Jagieńka Kościuszko żaba Żak być się "
    "Dąbrowski Zając Źródło Brzęczyszczykiewicz ręka PAWEŁ WIŚNIEWSKA Sęk",
    "Czech": "Čeněk Ťažký Škoda Dvořák Jiří Černý Čapek Řezníček Petřeček Přibyl Břeněk Plzeň Růžička Vaněk ďábel Kovář Střelec "
    "Přemysl Žižka Němec Kůň dům čas kovač Třebíč",
    "Hungarian": "Győző Ernő Jenő Szőke Erdős Győri Kőszegi Gyűrű Hegedűs Szűcs tűz Lőrincz Tőkés Fűzfa Gerő Kővári Bőhm Kőrösi",
    "Romanian": "Băsescu Brăila Ştefan Ţepeş Bacău Călin Mureş Constanţa Pătraşcu Măriuţa",
    "Croatian": "Petrović Kovačević Đuro Horvatić Čolić Ćosić Novačka Vučić Đorđe braća",
    "Turkish": "Yıldız Şahin Oğuz Erdoğan Şimşek Aydın Çağlar Yiğit İstanbul Işık Tuğba Uğur Şener Kılıç Ağca",
}
ENCODING = {"Turkish": "cp1254"}
"""Of the others: cp1250."""
