"""Texts of tickets and time entries: topics with titles and steps, whose {placeholders} are filled per ticket."""

from random import Random
from typing import NamedTuple

from storage.demo.customers import NETWORK, ONSITE, QUOTED, REMOTE, SOFTWARE, SYSTEMS, TRAINING, URGENT


class Topic(NamedTuple):
    """A topic: its weight, its services, its titles, and its first, middle and last steps."""

    weight: int
    services: tuple[str, ...]
    titles: tuple[str, ...]
    first: tuple[str, ...]
    middle: tuple[str, ...]
    last: tuple[str, ...]


HOLES: dict[str, tuple[str, ...]] = {
    "dept": (
        "amministrazione", "ufficio acquisti", "magazzino", "produzione", "ufficio tecnico", "reception", "direzione",
        "commerciale", "sala riunioni", "ufficio paghe", "controllo qualità", "spedizioni", "laboratorio", "showroom",
    ),
    "site": ("sede centrale", "sede di via Roma", "capannone 2", "filiale", "punto vendita", "deposito", "secondo piano"),
    "printer": ("multifunzione", "stampante laser", "stampante etichette", "plotter A0", "stampante DDT", "stampante termica"),
    "server": ("server gestionale", "server file", "server SQL", "domain controller", "host di virtualizzazione", "server posta"),
    "app": ("gestionale", "CRM", "programma paghe", "MES", "software di magazzino", "CAD", "portale clienti", "contabilità"),
    "doc": ("DDT", "fatture di vendita", "ordini fornitore", "listini", "distinte base", "provvigioni", "scadenzario",
            "inventario"),
    "n": ("2", "3", "4", "5", "6", "8", "12"),
    "device": ("notebook", "PC fisso", "tablet", "terminale di magazzino", "thin client", "portatile"),
}  # fmt: skip

HASTY: tuple[str, ...] = ("Intervento", "Varie", "Assistenza tecnica", "ok", "Telefonata cliente", "Risolto")
"""Vague descriptions."""

TOPICS: tuple[Topic, ...] = (
    Topic(
        14, (REMOTE, REMOTE, ONSITE),
        ("{Printer} non stampa, {dept}", "Stampe sbiadite, {printer} {dept}", "Inceppamenti continui, {printer} {site}",
         "Scansione verso cartella non funziona, {dept}", "Nuova {printer} da mettere in rete, {site}",
         "Driver di stampa da aggiornare su {n} postazioni", "Stampa {doc}: margini sbagliati"),
        ("Collegamento remoto e verifica della coda di stampa", "Raccolte informazioni dall'utente, controllo della periferica"),
        ("Reinstallazione driver e riavvio dello spooler", "Assegnato un indirizzo IP fisso",
         "Sostituzione kit di trascinamento", "Ricreata la cartella condivisa per le scansioni"),
        ("Stampa di prova riuscita, conferma dell'utente", "Configurate le altre postazioni ({dept}) e chiusura"),
    ),
    Topic(
        12, (REMOTE, NETWORK),
        ("VPN: utente non si collega da casa ({dept})", "VPN instabile, cade ogni pochi minuti", "Attivare VPN per {n} utenti",
         "VPN tra le sedi giù ({site})", "Doppia autenticazione VPN da riconfigurare, {dept}"),
        ("Analisi dei log del firewall e prova di collegamento con l'utente", "Verifica del client VPN sul {device} dell'utente"),
        ("Rigenerato il profilo e reinstallato il client", "Corretto il conflitto di indirizzi con la rete domestica",
         "Aggiornamento firmware del firewall concordato con il cliente", "Modificate le rotte verso la rete remota ({site})"),
        ("Collegamento stabile dopo un'ora di osservazione", "Verifica con l'utente e invio delle istruzioni"),
    ),
    Topic(
        13, (REMOTE, REMOTE, SYSTEMS),
        ("Posta: messaggi in uscita respinti, {dept}", "Casella piena, {dept}", "Posta lenta in {dept}",
         "Spam in aumento, {dept}", "Creare casella condivisa per {dept}",
         "Mancano e-mail di ieri, {dept}", "Firma e-mail da aggiornare per {n} utenti"),
        ("Analisi dei messaggi di rifiuto e delle intestazioni", "Controllo della casella e delle regole dal pannello"),
        ("Corretti i record SPF e DKIM del dominio", "Ricostruito il profilo di posta sul {device}",
         "Archiviata la posta oltre i due anni", "Recuperati i messaggi dal cestino del server"),
        ("Prove di invio e ricezione riuscite", "Informato l'utente, nessun altro messaggio respinto"),
    ),
    Topic(
        13, (REMOTE, SOFTWARE, SYSTEMS),
        ("{App}: errore in stampa {doc}", "{App}: accesso bloccato, {dept}", "{App}: totali {doc} non quadrano",
         "Aggiornamento {app} alla nuova versione", "Nuovo utente {app} per {dept}", "{App}: lentezza dalle 9 alle 10, {dept}"),
        ("Riprodotto il problema nell'ambiente di prova", "Collegamento remoto, raccolta dei log ({app})"),
        ("Ricostruiti gli indici del database", "Aperta segnalazione al produttore e applicata la correzione",
         "Corretto il modello di stampa ({doc})", "Liberate le sessioni bloccate, analisi delle interrogazioni lente"),
        ("Verifica dei dati con il referente ({dept}), tutto quadra", "Rilascio in produzione e controllo il giorno dopo"),
    ),
    Topic(
        8, (SYSTEMS, REMOTE),
        ("Backup notturno fallito, {server}", "Ripristino di file cancellati, {dept}", "Backup: spazio esaurito, {site}",
         "Prova di ripristino semestrale, {server}", "Backup {app} da includere nel piano"),
        ("Analisi del registro dei backup ({server})", "Verifica dello spazio e delle catene di backup"),
        ("Rilanciato il backup completo e seguito fino alla fine", "Recuperati i file dalla copia di tre giorni prima",
         "Rivista la conservazione: 30 giorni e 12 mesi", "Sostituito il disco esterno in rotazione"),
        ("Backup della notte riuscito, verifica a campione", "Inviato il rapporto della prova al cliente"),
    ),
    Topic(
        6, (SYSTEMS, NETWORK),
        ("Certificato in scadenza, portale {site}", "Avviso di certificato non valido: {app}",
         "Rinnovo certificato di firma digitale, {dept}", "Certificato Wi-Fi scaduto, {n} dispositivi fuori rete"),
        ("Elenco dei servizi che usano il certificato", "Richiesta del nuovo certificato e verifica del dominio"),
        ("Installato il certificato ({server}) e riavviati i servizi", "Aggiornata la catena sulle postazioni ({dept})"),
        ("Verifica da fuori: nessun avviso", "Impostato il promemoria per il prossimo rinnovo"),
    ),
    Topic(
        11, (ONSITE, REMOTE, SYSTEMS),
        ("Preparare {n} nuovi PC per {dept}", "Sostituzione {device}, {dept}", "{Device} non si accende, {dept}",
         "{Device} lentissimo, {dept}", "Secondo monitor per {dept}", "Trasloco postazioni, {site}"),
        ("Diagnosi del {device} e preventivo al cliente", "Preparazione immagine, aggiornamenti e programmi"),
        ("Migrazione dei dati e del profilo utente", "Installazione sul posto e aggancio al dominio",
         "Sostituzione dell'unità SSD e clonazione", "Installazione programmi ({app}) e periferiche"),
        ("Affiancamento dell'utente al primo avvio", "Ritiro del vecchio {device} e cancellazione dei dati"),
    ),
    Topic(
        8, (SYSTEMS, URGENT, ONSITE),
        ("{Server} non raggiungibile", "Spazio disco in esaurimento, {server}", "Aggiornamenti mensili, {server}",
         "Disco guasto nel RAID, {server}", "Memoria insufficiente, {server}", "Riavvio imprevisto nella notte, {server}"),
        ("Accesso alla console e analisi degli eventi", "Verifica dello stato ({server}) e avviso agli utenti"),
        ("Sostituito il disco guasto, ricostruzione avviata", "Ampliato il volume e spostati i log",
         "Applicati gli aggiornamenti nella finestra concordata", "Ripristinati i servizi bloccati"),
        ("Controllo dopo 24 ore, nessun errore", "Verifica dei servizi con gli utenti ({dept})"),
    ),
    Topic(
        9, (NETWORK, ONSITE, URGENT),
        ("Wi-Fi assente, {site}", "Internet lento, {site}", "Switch da sostituire, {site}", "Nuovi punti rete in {dept}",
         "Regola firewall per {app}", "Rete ospiti da separare, {site}"),
        ("Sopralluogo e misura della copertura", "Analisi del traffico e delle porte dello switch"),
        ("Sostituito l'access point e aggiornato il controller", "Configurate le VLAN e riavviato il core",
         "Attestati e certificati i punti rete ({dept})", "Segnalazione al gestore della linea e prove con il tecnico"),
        ("Prove di velocità da {n} postazioni", "Aggiornato lo schema della rete"),
    ),
    Topic(
        6, (NETWORK, URGENT, REMOTE),
        ("E-mail sospetta aperta in {dept}", "Antivirus segnala minaccia su {device}, {dept}", "Accesso anomalo a una casella",
         "Password compromessa, {dept}", "Verifica permessi dopo uscita dipendente"),
        ("Isolata la postazione dalla rete", "Analisi degli accessi degli ultimi giorni"),
        ("Scansione completa e rimozione", "Cambio forzato delle password e chiusura delle sessioni",
         "Rimosse le regole di inoltro malevole"),
        ("Rapporto al cliente con le indicazioni", "Monitoraggio di una settimana senza anomalie"),
    ),
    Topic(
        8, (REMOTE,),
        ("Accesso negato alla cartella condivisa ({dept})", "Nuovo dipendente in {dept}: utenza e permessi",
         "Utenza da disattivare, {dept}", "Password dimenticata, {dept}",
         "Cartella condivisa da creare: {doc}", "Blocco utenza ripetuto, {dept}"),
        ("Verifica dei gruppi e dei permessi", "Richiesta autorizzazione al referente"),
        ("Aggiornati i gruppi di accesso ({dept})", "Creata l'utenza con posta e accessi ({app})",
         "Ripulite le credenziali salvate sul {device}"),
        ("Accesso verificato con l'utente", "Comunicate le credenziali al referente"),
    ),
    Topic(
        5, (NETWORK, ONSITE),
        ("Telefono muto, {dept}", "Deviazione notturna da modificare", "Nuovo interno per {dept}",
         "Audio a tratti nelle chiamate, {site}", "Messaggio di attesa da cambiare"),
        ("Verifica della registrazione degli interni", "Analisi della qualità delle chiamate"),
        ("Data priorità alla voce sugli switch", "Sostituito il telefono e assegnato l'interno", "Modificate le regole orarie"),
        ("Chiamate di prova riuscite ({dept})", "Consegnato il foglio con gli interni"),
    ),
    Topic(
        6, (SOFTWARE, SOFTWARE, QUOTED),
        ("Nuovo report {doc} per {dept}", "Esportazione {doc} verso {app}", "Interfaccia tra {app} e magazzino",
         "Campo aggiuntivo in maschera {doc}", "Importazione {doc} da foglio di calcolo"),
        ("Raccolta requisiti con il referente ({dept})", "Analisi dei tracciati e stima"),
        ("Sviluppo della prima versione", "Correzioni dopo la prova degli utenti ({dept})",
         "Scrittura della procedura di importazione", "Prove con i dati dell'ultimo mese"),
        ("Rilascio e documentazione", "Collaudo con il referente e messa in produzione"),
    ),
    Topic(
        4, (TRAINING,),
        ("Formazione {app} per {n} persone", "Corso sicurezza informatica, {dept}", "Affiancamento sulle novità: {app}, {dept}"),
        ("Preparazione del materiale", "Prima sessione ({dept})"),
        ("Seconda sessione con esercizi", "Sessione individuale con il referente"),
        ("Domande finali e consegna delle dispense", "Questionario di verifica e attestati"),
    ),
    Topic(
        5, (REMOTE, SOFTWARE),
        ("Fattura elettronica scartata, {dept}", "Ricezione fatture passive ferma", "Codice destinatario da cambiare",
         "Conservazione a norma: lotto in errore", "Fattura elettronica: dati del cliente errati"),
        ("Lettura della notifica di scarto", "Verifica del canale e delle credenziali"),
        ("Corretti i dati anagrafici e rigenerato il file", "Riattivato il servizio di ricezione", "Rinviato il lotto"),
        ("Ricevuta di consegna presente", "Verifica con il referente ({dept}), nessun sospeso"),
    ),
)  # fmt: skip


def fill(rng: Random) -> dict[str, str]:
    """Values of the placeholders of a ticket, also capitalised under a capitalised name."""
    chosen = {name: rng.choice(words) for name, words in HOLES.items()}
    return chosen | {name.capitalize(): word[0].upper() + word[1:] for name, word in chosen.items()}


def steps(rng: Random, topic: Topic, count: int, about: dict[str, str]) -> list[str]:
    """Descriptions of `count` time entries, from first to last step."""
    if count == 1:
        return [f"{rng.choice(topic.middle)}. {rng.choice(topic.last)}".format_map(about)]
    middle = rng.sample(topic.middle * 2, count - 2) if count - 2 > len(topic.middle) else rng.sample(topic.middle, count - 2)
    return [step.format_map(about) for step in (rng.choice(topic.first), *middle, rng.choice(topic.last))]
